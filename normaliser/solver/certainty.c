#include "normaliser/solver/certainty.h"

#include <math.h>
#include <string.h>

#include "proto/neural/layers.h"

#define TURNS 2

static int ends_with(const char *name, const char *end)
{
	size_t length = strlen(name), tail = strlen(end);

	return length > tail && strcmp(name + length - tail, end) == 0;
}

static ef_part_t part_of(ef_coeff_t coefficient)
{
	const char *name = ef_coeff_name(coefficient);

	if (strncmp(name, "eye", 3) != 0 && strncmp(name, "brow", 4) != 0) {
		return EF_PART_MOUTH;
	}
	return ends_with(name, "Left")    ? EF_PART_LEFT_EYE
	       : ends_with(name, "Right") ? EF_PART_RIGHT_EYE
					  : EF_PART_EYES;
}

int ef_certainty_take(ef_certainty_t *certainty, const ef_weights_t *weights)
{
	for (int c = 0; c < EF_COEFF_COUNT; c++) {
		certainty->parts[c] = part_of(c);
	}
	return ef_weights_layer(
		weights, "certainty", "dense1", TURNS, EF_COEFF_COUNT, &certainty->error);
}

/* Within 0..1; what is no number is not certain. */
static float share(float value)
{
	return value > 0 ? fminf(value, 1) : 0;
}

static float pixels_at(ef_part_t part, const ef_reading_t *read)
{
	if (read == NULL) {
		return 1;
	}
	switch (part) {
	case EF_PART_LEFT_EYE:
		return share(read->sure[0]);
	case EF_PART_RIGHT_EYE:
		return share(read->sure[1]);
	case EF_PART_EYES:
		return (share(read->sure[0]) + share(read->sure[1])) / 2;
	case EF_PART_MOUTH:
		break;
	}
	return share(read->sure[2]);
}

void ef_certainty_tell(const ef_certainty_t *certainty, double yaw, double pitch,
	const ef_reading_t *read, float sure[EF_COEFF_COUNT])
{
	const float turns[TURNS] = {(float)(yaw * yaw), (float)(pitch * pitch)};

	ef_layer_dense(certainty->error.weights, certainty->error.bias, TURNS, EF_COEFF_COUNT, 0,
		turns, sure);
	for (int c = 0; c < EF_COEFF_COUNT; c++) {
		sure[c] = share(1 - sure[c]) * pixels_at(certainty->parts[c], read);
	}
}
