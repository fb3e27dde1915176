/* An index finds the block of a time, and one that cannot be true is refused. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "recording/index.h"
#include "tests/unit/unit.h"

#define BEFORE 1000 /* bytes of a file before its index */

static int fd = -1;

/* Writes a file of that many bytes and the frame. Returns its size. */
static int64_t write_file(const uint8_t *frame, size_t size)
{
	if (fd != -1) {
		close(fd);
	}
	fd = open(unit_path("", "index"), O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_int_not_equal(fd, -1);
	assert_int_equal(ftruncate(fd, BEFORE), 0);
	assert_int_equal(pwrite(fd, frame, size, BEFORE), size);
	return BEFORE + (int64_t)size;
}

/* Blocks of a second, 100 bytes each. */
static uint8_t *make(size_t count, size_t *size)
{
	ef_index_t index = {0};
	uint8_t *frame;

	for (size_t i = 0; i < count; i++) {
		ef_index_add(&index, 100 * (int64_t)i, -5 + 10 * (int64_t)i);
	}
	frame = ef_index_pack(&index, size);
	ef_index_finish(&index);
	return frame;
}

static void an_index_is_read_as_it_was_written(void **state)
{
	ef_index_t index = {0};
	size_t size;
	uint8_t *frame = make(3, &size);

	int64_t whole = write_file(frame, size);

	(void)state;
	assert_int_equal(ef_index_read(&index, fd, whole), 1);
	assert_int_equal(index.count, 3);
	assert_int_equal(index.entries[2].offset, 200);
	assert_int_equal(index.entries[2].t, 15);
	ef_index_finish(&index);
	free(frame);
}

static void the_block_of_a_time_is_found(void **state)
{
	ef_index_entry_t entries[] = {{10, 0}, {20, 100}, {30, 50}, {40, 200}};
	ef_index_t index = {.entries = entries, .count = 4};

	(void)state;
	assert_null(ef_index_find(&index, -1));
	assert_int_equal(ef_index_find(&index, 0)->offset, 10);
	assert_int_equal(ef_index_find(&index, 99)->offset, 10);
	assert_int_equal(ef_index_find(&index, 150)->offset, 30);
	assert_int_equal(ef_index_find(&index, INT64_MAX)->offset, 40);
}

static void a_long_recording_has_an_index_of_bounded_size(void **state)
{
	size_t size;
	ef_index_t index = {0};
	uint8_t *frame = make(5 * EF_INDEX_MAX + 7, &size);

	(void)state;
	assert_true(size <= 16 * EF_INDEX_MAX + 20);
	fd = open(unit_path("", "long"), O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(ftruncate(fd, 1 << 30), 0);
	assert_int_equal(pwrite(fd, frame, size, 1 << 30), size);
	assert_int_equal(ef_index_read(&index, fd, (1 << 30) + (int64_t)size), 1);
	assert_true(index.count > EF_INDEX_MAX / 2);
	for (size_t i = 0; i < index.count; i++) {
		assert_int_equal(index.entries[i].offset, 800 * (int64_t)i);
	}
	ef_index_finish(&index);
	free(frame);
}

/* Changes one byte of a good index, and reads it. */
static int read_changed(size_t at, uint8_t value)
{
	ef_index_t index = {0};
	size_t size;
	uint8_t *frame = make(3, &size);
	int64_t whole;
	int result;

	frame[at] = value;
	whole = write_file(frame, size);
	result = ef_index_read(&index, fd, whole);
	assert_true(result == 1 || index.entries == NULL);
	ef_index_finish(&index);
	free(frame);
	return result;
}

static void one_that_cannot_be_true_is_refused(void **state)
{
	(void)state;
	write_file(NULL, 0);
	assert_int_equal(read_changed(0, 0x5a), -1); /* another kind of frame */
	assert_int_equal(read_changed(4, 1), -1); /* its size */
	assert_int_equal(read_changed(8 + 16, 0), -1); /* an offset that does not rise */
	assert_int_equal(read_changed(8 + 32 + 2, 1), -1); /* one after the end */
	assert_int_equal(read_changed(8 + 7, 0x80), -1); /* a negative one */
	assert_int_equal(read_changed(8 + 48, 2), -1); /* the count */
	assert_int_equal(read_changed(8 + 48 + 3, 0xff), -1); /* four billion */
	assert_int_equal(read_changed(8 + 48 + 4, 'E'), 0); /* no signature: no index */
	assert_int_equal(read_changed(8 + 8, 9), 1); /* a time may be wrong: the reader sees */
}

static void a_file_may_be_shorter_than_any_index(void **state)
{
	ef_index_t index = {0};

	(void)state;
	write_file(NULL, 0);
	for (int64_t size = 0; size < 40; size++) {
		assert_int_equal(ef_index_read(&index, fd, size), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_cannot_be_true_is_refused),
		cmocka_unit_test(a_file_may_be_shorter_than_any_index),
		cmocka_unit_test(an_index_is_read_as_it_was_written),
		cmocka_unit_test(the_block_of_a_time_is_found),
		cmocka_unit_test(a_long_recording_has_an_index_of_bounded_size),
	};

	return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
