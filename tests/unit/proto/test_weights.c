/* Files of weights: read as written, and refused with the reason when they are not whole. */
#include "tests/unit/unit.h"

#include <msgpack.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "proto/neural/weights.h"

#define HEAD 20

/* A file of one tensor "one" of three values, step 0.5: 1, -2, 16383.5. */
static size_t make(uint8_t *bytes, const char *model)
{
	static const uint8_t values[] = {2, 0, 0xfc, 0xff, 0xff, 0x7f};
	msgpack_sbuffer buffer;
	msgpack_packer packer;
	size_t size;
	uint32_t head[3];

	msgpack_sbuffer_init(&buffer);
	msgpack_packer_init(&packer, &buffer, msgpack_sbuffer_write);
	msgpack_pack_map(&packer, 2);
	msgpack_pack_str_with_body(&packer, "model", 5);
	msgpack_pack_str_with_body(&packer, model, strlen(model));
	msgpack_pack_str_with_body(&packer, "tensors", 7);
	msgpack_pack_map(&packer, 1);
	msgpack_pack_str_with_body(&packer, "one", 3);
	msgpack_pack_map(&packer, 2);
	msgpack_pack_str_with_body(&packer, "step", 4);
	msgpack_pack_double(&packer, 0.5);
	msgpack_pack_str_with_body(&packer, "data", 4);
	msgpack_pack_bin_with_body(&packer, values, sizeof(values));
	memcpy(bytes, "EFWEIGHT", 8);
	memcpy(bytes + HEAD, buffer.data, buffer.size);
	head[0] = 1;
	head[1] = (uint32_t)buffer.size;
	head[2] = (uint32_t)crc32(0, bytes + HEAD, (uInt)buffer.size);
	for (int i = 0; i < 12; i++) {
		bytes[8 + i] = (uint8_t)(head[i / 4] >> 8 * (i % 4));
	}
	size = HEAD + buffer.size;
	msgpack_sbuffer_destroy(&buffer);
	return size;
}

static const char *save(const uint8_t *bytes, size_t size)
{
	static const char *path;
	FILE *file;

	path = path != NULL ? path : unit_path("", "weights");
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	fclose(file);
	return path;
}

static void refuse(const uint8_t *bytes, size_t size, const char *reason)
{
	char why[256] = "";

	assert_null(ef_weights_load(save(bytes, size), "test", why, sizeof(why)));
	if (strstr(why, reason) == NULL) {
		fail_msg("\"%s\" does not tell \"%s\"", why, reason);
	}
}

static void values_are_read(void **state)
{
	uint8_t bytes[512];
	size_t size = make(bytes, "test");
	char why[256];
	ef_weights_t *weights = ef_weights_load(save(bytes, size), "test", why, sizeof(why));
	const float *values;

	(void)state;
	assert_non_null(weights);
	values = ef_weights_get(weights, "one", 3);
	assert_non_null(values);
	assert_float_equal(values[0], 1, 1e-6);
	assert_float_equal(values[1], -2, 1e-6);
	assert_float_equal(values[2], 16383.5, 1e-6);
	assert_null(ef_weights_get(weights, "one", 4));
	assert_null(ef_weights_get(weights, "two", 3));
	ef_weights_destroy(&weights);
	assert_null(weights);
}

static void broken_files_are_refused(void **state)
{
	uint8_t bytes[512];
	size_t size = make(bytes, "test");
	char why[256];

	(void)state;
	refuse(bytes, 0, "empty");
	for (size_t i = 1; i < size; i++) {
		refuse(bytes, i, i < HEAD ? "not a file of weights" : "truncated");
	}
	bytes[size] = 0;
	refuse(bytes, size + 1, "trailing bytes");
	bytes[size - 1] ^= 1;
	refuse(bytes, size, "checksum");
	size = make(bytes, "test");
	bytes[8] = 2;
	refuse(bytes, size, "version");
	size = make(bytes, "other");
	refuse(bytes, size, "another model");
	assert_null(ef_weights_load("/nowhere/weights", "test", why, sizeof(why)));
	assert_non_null(strstr(why, "No such file"));
	assert_null(ef_weights_load("/", "test", why, sizeof(why)));
	assert_non_null(strstr(why, "directory"));
	assert_null(ef_weights_load("/dev/zero", "test", why, sizeof(why)));
	assert_non_null(strstr(why, "too large"));
}

/* Any change of the body, with a checksum that fits, is refused or read within its bounds. */
static void any_body_is_safe(void **state)
{
	uint8_t bytes[512];
	size_t size = make(bytes, "test");

	(void)state;
	for (size_t i = HEAD; i < size; i++) {
		for (int bit = 0; bit < 8; bit++) {
			char why[256];
			ef_weights_t *weights;
			uint32_t sum;

			bytes[i] ^= (uint8_t)(1 << bit);
			sum = (uint32_t)crc32(0, bytes + HEAD, (uInt)(size - HEAD));
			for (int k = 0; k < 4; k++) {
				bytes[16 + k] = (uint8_t)(sum >> 8 * k);
			}
			weights = ef_weights_load(save(bytes, size), "test", why, sizeof(why));
			ef_weights_destroy(&weights);
			bytes[i] ^= (uint8_t)(1 << bit);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_read),
		cmocka_unit_test(broken_files_are_refused),
		cmocka_unit_test(any_body_is_safe),
	};

	return cmocka_run_group_tests_name("weights", tests, NULL, NULL);
}
