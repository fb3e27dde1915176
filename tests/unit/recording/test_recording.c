/* A recording returns the messages that were written, and stops at damage. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/unit.h"
#include "recording/recording.h"

static const char *path;

static void write_recording(int count, const char *tail)
{
	FILE *file;

	path = unit_path("", "recording");
	file = fopen(path, "wb");
	assert_non_null(file);
	for (int i = 0; i < count; i++) {
		ef_message_t message = {.head = {.kind = EF_END, .seq = (uint64_t)i, .src = "a"}};
		size_t size;
		uint8_t *data = ef_message_encode(&message, &size);

		assert_int_equal(fwrite(data, 1, size, file), size);
		free(data);
	}
	assert_int_equal(fwrite(tail, 1, strlen(tail), file), strlen(tail));
	fclose(file);
}

static void messages_are_read_in_order_and_again_after_rewind(void **state)
{
	ef_recording_t *recording;
	ef_message_t message;

	(void)state;
	write_recording(3, "");
	recording = ef_recording_new(path);
	assert_non_null(recording);
	for (int round = 0; round < 2; round++) {
		for (uint64_t i = 0; i < 3; i++) {
			assert_int_equal(ef_recording_next(recording, &message), 1);
			assert_int_equal(message.head.seq, i);
		}
		assert_int_equal(ef_recording_next(recording, &message), 0);
		ef_recording_rewind(recording);
	}
	ef_recording_destroy(&recording);
	assert_null(recording);
}

static void damaged_tail_ends_the_recording(void **state)
{
	ef_recording_t *recording;
	ef_message_t message;

	(void)state;
	write_recording(1, "\x86\xa1v");
	recording = ef_recording_new(path);
	assert_int_equal(ef_recording_next(recording, &message), 1);
	assert_int_equal(ef_recording_next(recording, &message), -1);
	assert_int_equal(ef_recording_next(recording, &message), 0);
	ef_recording_destroy(&recording);
}

static void empty_and_missing_files_are_errors(void **state)
{
	ef_recording_t *recording;
	ef_message_t message;

	(void)state;
	write_recording(0, "");
	recording = ef_recording_new(path);
	assert_int_equal(ef_recording_next(recording, &message), 0);
	ef_recording_destroy(&recording);
	unlink(path);
	assert_null(ef_recording_new(path));
	assert_null(ef_recording_new("/tmp"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_are_read_in_order_and_again_after_rewind),
		cmocka_unit_test(damaged_tail_ends_the_recording),
		cmocka_unit_test(empty_and_missing_files_are_errors),
	};

	return cmocka_run_group_tests_name("recording", tests, NULL, NULL);
}
