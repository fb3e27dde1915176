/* Removes the jitter from what is seen of a face and a head, with as little delay as each part of
 * the face allows. */
#ifndef EF_CALM_H
#define EF_CALM_H

#include "normaliser/filter/one_euro.h"
#include "normaliser/solver/appearance.h"

/* Zero-initialised: empty. */
typedef struct {
	ef_one_euro_t appearance[EF_APPEARANCE_NUMBERS], turns[3], places[3];
} ef_calm_t;

/* Replaces all numbers by their filtered values, dt seconds after the last ones. head_pixels: width of
 * the head, whose landmarks jitter the more the smaller it is. */
void ef_calm_appearance(ef_calm_t *calm, ef_appearance_t *seen, double head_pixels, double dt);

/* The same for the head's yaw, pitch and roll, radians, and its place, widths of the head. */
void ef_calm_head(ef_calm_t *calm, double angles[3], double place[3], double dt);

#endif
