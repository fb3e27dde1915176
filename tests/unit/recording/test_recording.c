/* A recording returns the messages that were written, the part that was asked for, and stops at
 * damage. */
#include <czmq.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <zstd.h>

#include "recording/recorder.h"
#include "recording/recording.h"
#include "tests/unit/unit.h"

#define STEP_NS INT64_C(100000000)
#define ALL INT64_MAX

static const char *path;

static ef_message_t message_of(int i)
{
	return (ef_message_t){
		.head = {.kind = EF_END, .seq = (uint64_t)i, .t = 7 + i * STEP_NS, .src = "a"}};
}

/* Without header and zstd. */
static void write_old(int count, const char *tail)
{
	FILE *file;

	path = unit_path("", "recording");
	file = fopen(path, "wb");
	assert_non_null(file);
	for (int i = 0; i < count; i++) {
		ef_message_t message = message_of(i);
		size_t size;
		uint8_t *data = ef_message_encode(&message, &size);

		assert_int_equal(fwrite(data, 1, size, file), size);
		free(data);
	}
	assert_int_equal(fwrite(tail, 1, strlen(tail), file), strlen(tail));
	fclose(file);
}

static void write_new(int count, int version)
{
	ef_header_t header = {0};
	ef_recorder_t *recorder;

	path = unit_path("", "recording");
	ef_header_here(&header, "faces");
	header.version = version;
	recorder = ef_recorder_new(path, &header);
	assert_non_null(recorder);
	for (int i = 0; i < count; i++) {
		ef_message_t message = message_of(i);
		size_t size;
		uint8_t *data = ef_message_encode(&message, &size);

		assert_int_equal(ef_recorder_write(recorder, message.head.t, data, size), 0);
		free(data);
	}
	assert_int_equal(ef_recorder_close(&recorder), 0);
	ef_header_finish(&header);
}

/* The messages from first to last - 1 are returned, and nothing else. */
static void check(ef_recording_t *recording, uint64_t first, uint64_t last)
{
	ef_message_t message;

	for (uint64_t i = first; i < last; i++) {
		assert_int_equal(ef_recording_next(recording, &message), 1);
		assert_int_equal(message.head.seq, i);
	}
	assert_int_equal(ef_recording_next(recording, &message), 0);
}

static void messages_are_read_in_order_and_again_after_rewind(void **state)
{
	(void)state;
	for (int is_old = 0; is_old < 2; is_old++) {
		ef_recording_t *recording;

		if (is_old) {
			write_old(300, "");
		} else {
			write_new(300, EF_RECORDING_VERSION);
		}
		recording = ef_recording_new(path);
		assert_non_null(recording);
		assert_int_equal(ef_recording_header(recording)->version, !is_old);
		for (int round = 0; round < 2; round++) {
			check(recording, 0, 300);
			assert_false(ef_recording_is_cut(recording));
			ef_recording_rewind(recording);
		}
		ef_recording_destroy(&recording);
		assert_null(recording);
	}
}

static void the_header_is_read_as_it_was_written(void **state)
{
	const ef_header_t *header;
	ef_recording_t *recording;
	int found = 0;

	(void)state;
	setenv("EFFIGY_TEST", "rtsp://me:secret@cam/1?a=b@c", 1);
	setenv("EFFIGY_RUNTIME", "/somewhere", 1);
	setenv("EFFIGY_BYTES", "\xff ok", 1);
	write_new(1, EF_RECORDING_VERSION);
	recording = ef_recording_new(path);
	header = ef_recording_header(recording);
	assert_string_equal(header->edge, "faces");
	assert_string_equal(header->program, EF_VERSION);
	assert_in_range(header->time, time(NULL) - 60, time(NULL));
	for (size_t i = 0; i < header->setting_count; i++) {
		const ef_setting_t *setting = &header->settings[i];

		assert_string_not_equal(setting->name, "EFFIGY_RUNTIME");
		if (strcmp(setting->name, "EFFIGY_TEST") == 0) {
			assert_string_equal(setting->value, "rtsp://cam/1?a=b@c");
			found++;
		} else if (strcmp(setting->name, "EFFIGY_BYTES") == 0) {
			assert_string_equal(setting->value, "? ok");
			found++;
		}
	}
	assert_int_equal(found, 2);
	ef_recording_destroy(&recording);
	unsetenv("EFFIGY_RUNTIME");
}

static void read_part(int64_t from, int64_t to, uint64_t first, uint64_t last)
{
	ef_recording_t *recording = ef_recording_new(path);

	assert_non_null(recording);
	ef_recording_limit(recording, from, to);
	for (int round = 0; round < 2; round++) {
		check(recording, first, last);
		ef_recording_rewind(recording);
	}
	ef_recording_destroy(&recording);
}

static void a_part_is_read(void **state)
{
	(void)state;
	for (int is_old = 0; is_old < 2; is_old++) {
		if (is_old) {
			write_old(300, "");
		} else {
			write_new(300, EF_RECORDING_VERSION);
		}
		read_part(0, 1, 0, 1);
		read_part(STEP_NS, ALL, 1, 300);
		read_part(123 * STEP_NS, 125 * STEP_NS, 123, 125);
		read_part(122 * STEP_NS + 1, 125 * STEP_NS + 1, 123, 126);
		read_part(299 * STEP_NS, ALL, 299, 300);
		read_part(300 * STEP_NS, ALL, 0, 0);
	}
}

/* With an index, what lies between the first block and the part is not looked at. */
static void the_index_is_used(void **state)
{
	ef_recording_t *recording;
	ef_message_t message;
	int fd;

	(void)state;
	write_new(3000, EF_RECORDING_VERSION);
	fd = open(path, O_WRONLY);
	assert_int_equal(pwrite(fd, "garbage", 7, 5000), 7);
	close(fd);
	read_part(2500 * STEP_NS, 2501 * STEP_NS, 2500, 2501);
	recording = ef_recording_new(path);
	while (ef_recording_next(recording, &message) == 1) {
	}
	assert_true(message.head.seq < 2000);
	ef_recording_destroy(&recording);
}

/* Changes the numbers of entries of the index, from one on, by a summand. */
static void falsify(int first, int number, int64_t by)
{
	struct stat status;
	uint32_t count;
	int fd = open(path, O_RDWR);

	assert_int_equal(fstat(fd, &status), 0);
	assert_int_equal(pread(fd, &count, 4, status.st_size - 12), 4);
	for (uint32_t i = (uint32_t)first; i < count; i++) {
		off_t at = status.st_size - 12 - 16 * (off_t)(count - i) + 8 * number;
		int64_t value;

		assert_int_equal(pread(fd, &value, 8, at), 8);
		value += by;
		assert_int_equal(pwrite(fd, &value, 8, at), 8);
	}
	close(fd);
}

static void a_lying_index_changes_nothing(void **state)
{
	static const struct {
		int number; /* 0: offset, 1: t */
		int64_t by;
	} lies[] = {{1, STEP_NS}, {1, -STEP_NS}, {1, -20 * STEP_NS}, {1, INT64_MIN / 2}, {0, 1},
		{0, -1}, {0, 40}, {0, -70}, {0, INT64_MAX / 2}, {0, INT64_MIN / 2}};

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		write_new(300, EF_RECORDING_VERSION);
		falsify(1, lies[i].number, lies[i].by);
		read_part(123 * STEP_NS, 125 * STEP_NS, 123, 125);
		read_part(0, ALL, 0, 300);
	}
}

static void damage_ends_the_recording(void **state)
{
	ef_recording_t *recording;
	ef_message_t message;

	(void)state;
	write_old(1, "garbage");
	recording = ef_recording_new(path);
	assert_int_equal(ef_recording_next(recording, &message), 1);
	assert_int_equal(ef_recording_next(recording, &message), -1);
	assert_int_equal(ef_recording_next(recording, &message), 0);
	ef_recording_destroy(&recording);
}

static void empty_and_missing_files_and_other_versions_are_errors(void **state)
{
	ef_recording_t *recording;

	(void)state;
	write_old(0, "");
	recording = ef_recording_new(path);
	check(recording, 0, 0);
	ef_recording_destroy(&recording);
	write_new(1, 2);
	assert_null(ef_recording_new(path));
	unlink(path);
	assert_null(ef_recording_new(path));
	assert_null(ef_recording_new("/tmp"));
}

/* Writes one zstd frame with that content, made by a compressor with so large a window. */
static void write_frame(const void *data, size_t size, int window_log)
{
	ZSTD_CCtx *zstd = ZSTD_createCCtx();
	size_t room = ZSTD_compressBound(size), length;
	uint8_t *packed = malloc(room);
	ZSTD_inBuffer in = {data, size, 0};
	ZSTD_outBuffer out = {packed, room, 0};
	FILE *file;

	ZSTD_CCtx_setParameter(zstd, ZSTD_c_windowLog, window_log);
	/* Flushed first, so that zstd does not know the size and takes the window as told. */
	ZSTD_compressStream2(zstd, &out, &in, ZSTD_e_flush);
	length = ZSTD_compressStream2(zstd, &out, &in, ZSTD_e_end);
	assert_int_equal(length, 0);
	path = unit_path("", "recording");
	file = fopen(path, "wb");
	assert_int_equal(fwrite(packed, 1, out.pos, file), out.pos);
	fclose(file);
	free(packed);
	ZSTD_freeCCtx(zstd);
}

/* A kilobyte that unpacks to much, and one that asks for much memory to be unpacked. */
static void bombs_are_refused(void **state)
{
	size_t size = (size_t)256 << 20;
	uint8_t *zeros = calloc(1, size);
	ef_recording_t *recording;
	ef_message_t message;

	(void)state;
	/* A map whose text has 4 GB, of which 256 MB are there. */
	memcpy(zeros, "\x81\xdb\xff\xff\xff\xff", 6);
	write_frame(zeros, size, 20);
	recording = ef_recording_new(path);
	assert_int_equal(ef_recording_next(recording, &message), -1);
	assert_true(ef_recording_used(recording) < 100000);
	ef_recording_destroy(&recording);
	write_frame(zeros, 1000, 27);
	recording = ef_recording_new(path);
	assert_int_equal(ef_recording_next(recording, &message), -1);
	ef_recording_destroy(&recording);
	free(zeros);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_are_read_in_order_and_again_after_rewind),
		cmocka_unit_test(the_header_is_read_as_it_was_written),
		cmocka_unit_test(a_part_is_read),
		cmocka_unit_test(the_index_is_used),
		cmocka_unit_test(a_lying_index_changes_nothing),
		cmocka_unit_test(damage_ends_the_recording),
		cmocka_unit_test(empty_and_missing_files_and_other_versions_are_errors),
		cmocka_unit_test(bombs_are_refused),
	};

	return cmocka_run_group_tests_name("recording", tests, NULL, NULL);
}
