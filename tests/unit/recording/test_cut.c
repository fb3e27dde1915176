/* A recording that was cut off at any byte is read up to there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recording/recorder.h"
#include "recording/recording.h"
#include "tests/unit/unit.h"

#define COUNT 60

static const char *path;
static int64_t ends[COUNT + 1]; /* bytes of the file with so many messages */

static ef_message_t face(int i)
{
	ef_message_t message = {.head = {.kind = EF_FACE, .seq = (uint64_t)i, .src = "a"}};

	message.head.t = i * INT64_C(40000000);
	message.face.state = EF_TRACKED;
	message.face.w = message.face.h = 100;
	for (int k = 0; k < 2 * EF_LANDMARKS; k++) {
		message.face.pts[k] = (float)((i * 37 + k * 11) % 97) / 7;
	}
	return message;
}

static int64_t size_of_file(void)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return status.st_size;
}

static void write_recording(void)
{
	ef_header_t header = {0};
	ef_recorder_t *recorder;

	path = unit_path("", "recording");
	ef_header_here(&header, "faces");
	recorder = ef_recorder_new(path, &header);
	assert_non_null(recorder);
	ends[0] = size_of_file();
	for (int i = 0; i < COUNT; i++) {
		ef_message_t message = face(i);
		size_t size;
		uint8_t *data = ef_message_encode(&message, &size);

		assert_int_equal(ef_recorder_write(recorder, message.head.t, data, size), 0);
		ends[i + 1] = size_of_file();
		free(data);
	}
	assert_int_equal(ef_recorder_close(&recorder), 0);
	ef_header_finish(&header);
}

/* The same messages without header and zstd, as recordings were before. */
static void write_old_recording(void)
{
	FILE *file;

	path = unit_path("", "old");
	file = fopen(path, "wb");
	ends[0] = 0;
	for (int i = 0; i < COUNT; i++) {
		ef_message_t message = face(i);
		size_t size;
		uint8_t *data = ef_message_encode(&message, &size);

		assert_int_equal(fwrite(data, 1, size, file), size);
		ends[i + 1] = ends[i] + (int64_t)size;
		free(data);
	}
	fclose(file);
}

/* Reads a recording of that many bytes: each message that was whole then, in order, no error. */
static void check(int64_t size, int is_whole)
{
	ef_recording_t *recording;
	ef_message_t message;
	int least = 0, count = 0, got;

	assert_int_equal(truncate(path, size), 0);
	recording = ef_recording_new(path);
	assert_non_null(recording);
	while ((got = ef_recording_next(recording, &message)) == 1) {
		ef_message_t wanted = face(count);

		assert_int_equal(message.head.seq, count);
		assert_memory_equal(message.face.pts, wanted.face.pts, sizeof(message.face.pts));
		count++;
	}
	while (least < COUNT && ends[least + 1] <= size) {
		least++;
	}
	assert_int_equal(got, 0);
	assert_in_range(count, least, COUNT);
	assert_int_equal(ef_recording_is_cut(recording), !is_whole);
	ef_recording_destroy(&recording);
}

static void a_recording_is_read_up_to_any_cut(void **state)
{
	int64_t whole;

	(void)state;
	write_recording();
	whole = size_of_file();
	assert_true(whole - ends[COUNT] < 1000);
	check(whole, 1);
	for (int64_t size = whole - 1; size >= 0; size--) {
		check(size, size == 0);
	}
}

static void so_is_an_old_one(void **state)
{
	(void)state;
	write_old_recording();
	for (int64_t size = ends[5] + 3; size >= 0; size--) {
		int is_whole = 0;

		for (int i = 0; i <= COUNT; i++) {
			is_whole |= ends[i] == size;
		}
		check(size, is_whole);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_recording_is_read_up_to_any_cut),
		cmocka_unit_test(so_is_an_old_one),
	};

	return cmocka_run_group_tests_name("cut", tests, NULL, NULL);
}
