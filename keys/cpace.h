/* CPace: two machines that know the same short code agree on a key, and prove to each other that they do.
 * Whoever listens learns nothing about the code, and whoever is between the two has one guess for each
 * attempt. This is CPACE-RISTR255-SHA512 of draft-irtf-cfrg-cpace, with explicit key confirmation; the
 * group is libsodium's. */
#ifndef EF_CPACE_H
#define EF_CPACE_H

#include <stddef.h>
#include <stdint.h>

#define EF_CPACE_SID 16 /* bytes: random, chosen by who begins */
#define EF_CPACE_POINT 32
#define EF_CPACE_TAG 64
#define EF_CPACE_DATA_MAX 120 /* of what is vouched for, each side's own */

typedef struct {
	uint8_t sid[EF_CPACE_SID];
	uint8_t secret[32]; /* this side's scalar */
	uint8_t own[EF_CPACE_POINT]; /* sent to the other side */
	uint8_t mac_key[64]; /* once ef_cpace_agree has succeeded */
} ef_cpace_t;

/* Begins an attempt with that code and sid. Returns 0, or -1 without random numbers. */
int ef_cpace_begin(ef_cpace_t *cpace, const char *code, const uint8_t sid[EF_CPACE_SID]);

typedef struct {
	const uint8_t *point; /* EF_CPACE_POINT bytes */
	const uint8_t *data; /* what that side says of itself */
	size_t size; /* at most EF_CPACE_DATA_MAX bytes */
} ef_cpace_side_t;

/* Derives the common key from what both sides sent; first is the side that began. Returns -1 when the
 * other side's point is none. */
int ef_cpace_agree(ef_cpace_t *cpace, const uint8_t other[EF_CPACE_POINT],
	const ef_cpace_side_t *first, const ef_cpace_side_t *second);

/* The proof that whoever sent side knew the code and sent exactly that. */
void ef_cpace_tag(const ef_cpace_t *cpace, const ef_cpace_side_t *side, uint8_t tag[EF_CPACE_TAG]);

/* True when that is the right proof; takes the same time in both cases. */
int ef_cpace_proves(
	const ef_cpace_t *cpace, const ef_cpace_side_t *side, const uint8_t tag[EF_CPACE_TAG]);

#endif
