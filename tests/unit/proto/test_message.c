/* Encoding and decoding: test vectors round-trip, bad ones are refused. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/clock.h"
#include "proto/wire/message.h"
#include "tests/unit/unit.h"

#define VECTORS "proto/vectors/"

typedef struct {
	uint8_t *data;
	size_t size;
} bytes_t;

/* Reads a file into a block of exactly its size, so that a sanitizer detects reads after its
 * end. */
static bytes_t load(const char *path)
{
	bytes_t bytes;
	FILE *file = fopen(path, "rb");

	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	bytes.size = (size_t)ftell(file);
	rewind(file);
	bytes.data = malloc(bytes.size > 0 ? bytes.size : 1);
	assert_int_equal(fread(bytes.data, 1, bytes.size, file), bytes.size);
	fclose(file);
	return bytes;
}

static void assert_encodes_to(const ef_message_t *message, bytes_t expected)
{
	size_t size;
	uint8_t *data = ef_message_encode(message, &size);

	assert_int_equal(size, expected.size);
	assert_memory_equal(data, expected.data, size);
	free(data);
}

static void good_vectors_round_trip(void **state)
{
	glob_t paths;

	(void)state;
	assert_int_equal(glob(VECTORS "*/good-*.msgpack", 0, NULL, &paths), 0);
	assert_true(paths.gl_pathc >= 10);
	for (size_t i = 0; i < paths.gl_pathc; i++) {
		bytes_t bytes = load(paths.gl_pathv[i]);
		ef_message_t message;
		const char *why = NULL;

		if (ef_message_decode(&message, bytes.data, bytes.size, &why) == -1) {
			fail_msg("%s: %s", paths.gl_pathv[i], why);
		}
		assert_encodes_to(&message, bytes);
		free(bytes.data);
	}
	globfree(&paths);
}

static void bad_vectors_are_refused(void **state)
{
	glob_t paths;

	(void)state;
	assert_int_equal(glob(VECTORS "*/bad-*.msgpack", 0, NULL, &paths), 0);
	assert_true(paths.gl_pathc >= 25);
	for (size_t i = 0; i < paths.gl_pathc; i++) {
		bytes_t bytes = load(paths.gl_pathv[i]);
		ef_message_t message;
		const char *why = NULL;

		if (ef_message_decode(&message, bytes.data, bytes.size, &why) == 0) {
			fail_msg("%s was taken for a message", paths.gl_pathv[i]);
		}
		assert_non_null(why);
		free(bytes.data);
	}
	globfree(&paths);
}

static void every_truncation_is_refused(void **state)
{
	bytes_t whole = load(VECTORS "expression/good-expression-tracked.msgpack");

	(void)state;
	for (size_t size = 0; size < whole.size; size++) {
		uint8_t *part = malloc(size > 0 ? size : 1);
		ef_message_t message;
		const char *why;

		memcpy(part, whole.data, size);
		assert_int_equal(ef_message_decode(&message, part, size, &why), -1);
		free(part);
	}
	free(whole.data);
}

static void frame_encoding_matches_expected_bytes(void **state)
{
	static const uint8_t pixels[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
	ef_message_t message = {
		.head = {.kind = EF_FRAME,
			.seq = 0,
			.t = 1000000000,
			.src = "5f1c2a9e",
			.hops = 1,
			.trace = {{"capture", "5f1c2a9e", 1000000000, 1000400000}}},
		.image = {EF_I420, 4, 2, pixels, sizeof(pixels)},
	};
	bytes_t expected = load(VECTORS "frame/good-frame-i420.msgpack");

	(void)state;
	assert_encodes_to(&message, expected);
	free(expected.data);
}

static void expression_decodes_to_expected_values(void **state)
{
	bytes_t bytes = load(VECTORS "expression/good-expression-tracked.msgpack");
	ef_message_t message;
	const char *why;

	(void)state;
	assert_int_equal(ef_message_decode(&message, bytes.data, bytes.size, &why), 0);
	assert_int_equal(message.head.kind, EF_EXPRESSION);
	assert_int_equal(message.head.seq, 6);
	assert_int_equal(message.head.hops, 2);
	assert_string_equal(message.head.trace[1].stage, "tracker");
	assert_int_equal(message.head.trace[1].out_ns, 1002000000);
	assert_float_equal(ef_expression_get(&message.expression, EF_JAW_OPEN), 0.5, 0);
	assert_float_equal(ef_expression_get(&message.expression, EF_MOUTH_SMILE_RIGHT), 1, 0);
	assert_float_equal(ef_expression_get(&message.expression, EF_TONGUE_OUT), 0, 0);
	assert_int_equal(__builtin_popcountll(message.expression.known), 3);
	assert_float_equal(message.expression.q[1], 0.6, 1e-6);
	assert_float_equal(message.expression.t[1], -0.25, 0);
	assert_false(message.expression.is_sure);
	free(bytes.data);
}

static void certainties_decode_to_expected_values(void **state)
{
	bytes_t bytes = load(VECTORS "expression/good-expression-sure.msgpack");
	ef_message_t message;
	const char *why;

	(void)state;
	assert_int_equal(ef_message_decode(&message, bytes.data, bytes.size, &why), 0);
	assert_true(message.expression.is_sure);
	assert_float_equal(message.expression.sure[EF_EYE_BLINK_LEFT], 1, 0);
	assert_float_equal(message.expression.sure[EF_JAW_OPEN], 0.75, 0);
	assert_float_equal(message.expression.sure[EF_MOUTH_SMILE_RIGHT], 0, 0);
	/* Out of range: clamped, as a coefficient is. */
	message.expression.sure[EF_JAW_OPEN] = 7;
	message.expression.sure[EF_EYE_BLINK_LEFT] = -7;
	free(bytes.data);
	bytes.data = ef_message_encode(&message, &bytes.size);
	assert_int_equal(ef_message_decode(&message, bytes.data, bytes.size, &why), 0);
	assert_float_equal(message.expression.sure[EF_JAW_OPEN], 1, 0);
	assert_float_equal(message.expression.sure[EF_EYE_BLINK_LEFT], 0, 0);
	free(bytes.data);
}

static void malformed_certainties_are_refused_with_their_reason(void **state)
{
	glob_t paths;

	(void)state;
	assert_int_equal(glob(VECTORS "expression/bad-sure-*.msgpack", 0, NULL, &paths), 0);
	assert_int_equal(paths.gl_pathc, 5);
	for (size_t i = 0; i < paths.gl_pathc; i++) {
		bytes_t bytes = load(paths.gl_pathv[i]);
		ef_message_t message;
		const char *why;

		assert_int_equal(ef_message_decode(&message, bytes.data, bytes.size, &why), -1);
		assert_string_equal(why, "sure is not a map with a finite number for each "
					 "coefficient of coeff");
		free(bytes.data);
	}
	globfree(&paths);
}

static void pixels_are_not_copied(void **state)
{
	bytes_t bytes = load(VECTORS "frame/good-frame-mjpg.msgpack");
	ef_message_t message;
	const char *why;

	(void)state;
	assert_int_equal(ef_message_decode(&message, bytes.data, bytes.size, &why), 0);
	assert_ptr_equal(message.image.data, bytes.data + bytes.size - 4);
	free(bytes.data);
}

static void coefficients_are_clamped(void **state)
{
	ef_expression_t expression = {0};

	(void)state;
	ef_expression_set(&expression, EF_JAW_OPEN, 1.5f);
	ef_expression_set(&expression, EF_MOUTH_LEFT, -0.5f);
	assert_float_equal(ef_expression_get(&expression, EF_JAW_OPEN), 1, 0);
	assert_float_equal(ef_expression_get(&expression, EF_MOUTH_LEFT), 0, 0);
}

static void full_trace_stays_unchanged(void **state)
{
	ef_head_t head = {0};

	(void)state;
	for (int i = 0; i < EF_TRACE_MAX + 3; i++) {
		ef_head_enter(&head, "stage", i);
	}
	assert_int_equal(head.hops, EF_TRACE_MAX);
}

static void hop_records_stage_host_and_times(void **state)
{
	ef_head_t head = {0};

	(void)state;
	ef_head_leave(&head, 5); /* without a hop: no effect */
	assert_int_equal(head.hops, 0);
	ef_head_enter(&head, "capture", 100);
	ef_head_leave(&head, 150);
	ef_head_enter(&head, "tracker", 200);
	assert_int_equal(head.hops, 2);
	assert_string_equal(head.trace[0].stage, "capture");
	assert_string_equal(head.trace[0].host, ef_host_id());
	assert_int_equal(head.trace[0].in_ns, 100);
	assert_int_equal(head.trace[0].out_ns, 150);
	assert_string_equal(head.trace[1].stage, "tracker");
	assert_int_equal(head.trace[1].in_ns, 200);
	assert_int_equal(head.trace[1].out_ns, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_vectors_round_trip),
		cmocka_unit_test(bad_vectors_are_refused),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(frame_encoding_matches_expected_bytes),
		cmocka_unit_test(expression_decodes_to_expected_values),
		cmocka_unit_test(certainties_decode_to_expected_values),
		cmocka_unit_test(malformed_certainties_are_refused_with_their_reason),
		cmocka_unit_test(pixels_are_not_copied),
		cmocka_unit_test(coefficients_are_clamped),
		cmocka_unit_test(full_trace_stays_unchanged),
		cmocka_unit_test(hop_records_stage_host_and_times),
	};

	return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
