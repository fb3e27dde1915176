#include "proto/neural/weights.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "proto/base/memory.h"
#include "proto/wire/field.h"
#include "proto/wire/message.h"
#include "proto/wire/outline.h"

#define MAGIC "EFWEIGHT"
#define VERSION 1
#define HEAD (strlen(MAGIC) + 12) /* bytes before the body */
#define TENSORS_MAX 64
#define ALIGNMENT 32

typedef struct {
	char name[EF_NAME_MAX + 1];
	size_t count;
	float *values;
} tensor_t;

struct ef_weights {
	int count;
	tensor_t tensors[TENSORS_MAX];
};

static uint32_t read_uint(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

/* Returns NULL when the bytes are a whole file of this version, else what they are instead. */
static const char *check_head(const uint8_t *bytes, size_t size)
{
	if (size < HEAD || memcmp(bytes, MAGIC, strlen(MAGIC)) != 0) {
		return "it is not a file of weights";
	}
	if (read_uint(bytes + 8) != VERSION) {
		return "it has another version of the format";
	}
	if (size != HEAD + read_uint(bytes + 12)) {
		return size < HEAD + read_uint(bytes + 12) ? "it is truncated"
							   : "it has trailing bytes";
	}
	if (crc32(0, bytes + HEAD, (uInt)(size - HEAD)) != read_uint(bytes + 16)) {
		return "it is damaged: its checksum does not match";
	}
	return NULL;
}

/* Adds a tensor. Returns 0, or -1 when the object is not one. */
static int add(ef_weights_t *weights, const msgpack_object_kv *entry)
{
	tensor_t *tensor = &weights->tensors[weights->count];
	const msgpack_object *data;
	float step;

	if (weights->count == TENSORS_MAX || entry->val.type != MSGPACK_OBJECT_MAP ||
		ef_field_name(&entry->key, tensor->name) == -1 ||
		ef_field_float(ef_field_find(&entry->val, "step"), &step) == -1) {
		return -1;
	}
	data = ef_field_find(&entry->val, "data");
	if (data == NULL || data->type != MSGPACK_OBJECT_BIN || data->via.bin.size == 0 ||
		data->via.bin.size % 2 != 0) {
		return -1;
	}
	tensor->count = data->via.bin.size / 2;
	if (posix_memalign((void **)&tensor->values, ALIGNMENT, tensor->count * sizeof(float)) !=
		0) {
		return -1;
	}
	weights->count++;
	for (size_t i = 0; i < tensor->count; i++) {
		const uint8_t *bytes = (const uint8_t *)data->via.bin.ptr + 2 * i;

		tensor->values[i] = step * (float)(int16_t)(bytes[0] | bytes[1] << 8);
	}
	return 0;
}

static const char *read_body(ef_weights_t *weights, const msgpack_object *body, const char *model)
{
	const msgpack_object *tensors, *kind;

	if (body->type != MSGPACK_OBJECT_MAP) {
		return "its body is not a map";
	}
	kind = ef_field_find(body, "model");
	if (kind == NULL || !ef_field_is(kind, model)) {
		return "it is for another model";
	}
	tensors = ef_field_find(body, "tensors");
	if (tensors == NULL || tensors->type != MSGPACK_OBJECT_MAP) {
		return "it has no tensors";
	}
	for (uint32_t i = 0; i < tensors->via.map.size; i++) {
		if (add(weights, &tensors->via.map.ptr[i]) == -1) {
			return "one of its tensors is not valid";
		}
	}
	return NULL;
}

static const char *parse(
	ef_weights_t *weights, const uint8_t *bytes, size_t size, const char *model)
{
	const char *why = check_head(bytes, size);
	msgpack_unpacked body;

	/* msgpack allocates what a length declares: the outline is checked first. */
	why = why != NULL ? why : ef_shape_check(bytes + HEAD, size - HEAD);
	if (why != NULL) {
		return why;
	}
	msgpack_unpacked_init(&body);
	if (msgpack_unpack_next(&body, (const char *)bytes + HEAD, size - HEAD, NULL) ==
		MSGPACK_UNPACK_SUCCESS) {
		why = read_body(weights, &body.data, model);
	} else {
		why = "its body is not msgpack";
	}
	msgpack_unpacked_destroy(&body);
	return why;
}

/* Reads a whole file. Returns its size; 0 with the reason in *why. */
static size_t read_file(const char *path, uint8_t *bytes, const char **why)
{
	FILE *file = fopen(path, "rbe");
	size_t size;

	if (file == NULL) {
		*why = strerror(errno);
		return 0;
	}
	errno = 0;
	size = fread(bytes, 1, EF_WEIGHTS_MAX + 1, file);
	*why = ferror(file) ? strerror(errno) : size == 0 ? "it is empty" : "it is too large";
	fclose(file);
	return size > EF_WEIGHTS_MAX ? 0 : size;
}

ef_weights_t *ef_weights_load(const char *path, const char *model, char *why, size_t why_size)
{
	ef_weights_t *weights = ef_memory_new(sizeof(*weights));
	uint8_t *bytes = ef_memory_new(EF_WEIGHTS_MAX + 1);
	const char *reason = NULL;
	size_t size = read_file(path, bytes, &reason);

	if (size > 0) {
		reason = parse(weights, bytes, size, model);
	}
	free(bytes);
	if (reason != NULL) {
		snprintf(why, why_size, "%s", reason);
		ef_weights_destroy(&weights);
	}
	return weights;
}

void ef_weights_destroy(ef_weights_t **weights)
{
	if (*weights != NULL) {
		for (int i = 0; i < (*weights)->count; i++) {
			free((*weights)->tensors[i].values);
		}
		free(*weights);
		*weights = NULL;
	}
}

const float *ef_weights_get(const ef_weights_t *weights, const char *name, size_t count)
{
	for (int i = 0; i < weights->count; i++) {
		const tensor_t *tensor = &weights->tensors[i];

		if (strcmp(tensor->name, name) == 0 && tensor->count == count) {
			return tensor->values;
		}
	}
	return NULL;
}

int ef_weights_layer(const ef_weights_t *weights, const char *model, const char *layer, int in,
	int out, ef_weights_layer_t *taken)
{
	char name[2 * EF_NAME_MAX];

	snprintf(name, sizeof(name), "%s.%s.weights", model, layer);
	taken->weights = ef_weights_get(weights, name, (size_t)in * (size_t)out);
	snprintf(name, sizeof(name), "%s.%s.bias", model, layer);
	taken->bias = ef_weights_get(weights, name, (size_t)out);
	return taken->weights != NULL && taken->bias != NULL ? 0 : -1;
}
