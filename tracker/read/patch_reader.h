/* One network that looks at a patch and at the landmarks in it. */
#ifndef EF_PATCH_READER_H
#define EF_PATCH_READER_H

#include <stdint.h>

#include "proto/neural/weights.h"
#include "tracker/read/patches.h"

#define EF_PATCH_READER_POINTS_MAX EF_LANDMARKS
#define EF_PATCH_READER_OUTPUTS_MAX 80

typedef struct {
	int points; /* landmarks that it is given */
	int outputs;
	ef_weights_layer_t layers[5]; /* three convolutions, two dense layers; borrowed */
} ef_patch_reader_t;

/* Takes the tensors "NAME.conv1.weights", "NAME.conv1.bias" and so on. Returns 0, or -1 when the
 * weights lack one or it has another size. */
int ef_patch_reader_init(ef_patch_reader_t *reader, const ef_weights_t *weights, const char *name,
	int points, int outputs);

/* patch: EF_PATCH_SIDE x EF_PATCH_SIDE; points: x, y of each, -1..1 from side to side of the patch,
 * y down. */
void ef_patch_reader_look(
	const ef_patch_reader_t *reader, const uint8_t *patch, const float *points, float *outputs);

#endif
