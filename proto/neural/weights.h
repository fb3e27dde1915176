/* The numbers of a learned model, from a file that make train writes.
 *
 * The file: the 8 bytes "EFWEIGHT"; the format's version (1), the length of the body and its CRC-32
 * (as zlib computes it), each an unsigned 32-bit integer, little-endian; the body, a msgpack map:
 *
 *   model    what the numbers are for, such as "readers"
 *   made     where they come from: text for people
 *   tensors  name -> {step: number, data: binary of signed 16-bit integers, little-endian}; a value
 *            is step times its integer */
#ifndef EF_WEIGHTS_H
#define EF_WEIGHTS_H

#include <stddef.h>

#define EF_WEIGHTS_MAX ((size_t)4 << 20) /* bytes of a file */

typedef struct ef_weights ef_weights_t;

/* Reads the numbers of a model from a file. Returns NULL with the reason in why. */
ef_weights_t *ef_weights_load(const char *path, const char *model, char *why, size_t why_size);
void ef_weights_destroy(ef_weights_t **weights);

/* The values of a tensor, which the weights own, aligned to 32 bytes; NULL when the file does not
 * have it with exactly count values. */
const float *ef_weights_get(const ef_weights_t *weights, const char *name, size_t count);

/* A layer's numbers, which the weights own. */
typedef struct {
	const float *weights, *bias;
} ef_weights_layer_t;

/* Takes the tensors "MODEL.LAYER.weights", of in x out values, and "MODEL.LAYER.bias", of out values.
 * Returns 0, or -1 when the file does not have them so. */
int ef_weights_layer(const ef_weights_t *weights, const char *model, const char *layer, int in,
	int out, ef_weights_layer_t *taken);

#endif
