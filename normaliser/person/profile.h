/* The file in which a person's face is kept from one session to the next: one JSON object. */
#ifndef EF_PROFILE_H
#define EF_PROFILE_H

#include <stddef.h>

#include "normaliser/geometry/landmarks.h"
#include "normaliser/person/gains.h"

#define EF_PROFILE_VERSION 1
#define EF_PROFILE_BYTES 65536 /* of a file, at most; ours have about 2500 */

/* Where the head is at rest is not in it: the webcam may stand elsewhere tomorrow. */
typedef struct {
	ef_landmarks_t landmarks; /* of the neutral face, as in ef_neutral_t */
	int is_read; /* read is known */
	ef_reading_t read; /* of the neutral face, whose eyes look at the webcam */
	double lips; /* the gap between closed lips, as in ef_lips_t */
	double lids; /* what a shut eye seems to be closed by, as in ef_lid_range_t */
	ef_gains_t gains;
} ef_profile_t;

/* Reads a file. Every number is checked: it is finite, and one that a face can have. Returns 0, or -1
 * with the reason in why. */
int ef_profile_load(ef_profile_t *profile, const char *path, char *why, size_t why_size);

/* Replaces the file as a whole, with mode 0600, or keeps the old one. Numbers but the landmarks are limited
 * to what a face can have. Returns 0, or -1 with errno: ERANGE when the landmarks are not a face's. */
int ef_profile_save(const ef_profile_t *profile, const char *path);

#endif
