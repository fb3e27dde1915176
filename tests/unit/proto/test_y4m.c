/* Y4M: what is written, and why writing ends. */
#define _GNU_SOURCE /* F_GETPIPE_SZ */
#include "proto/picture/y4m.h"

#include <czmq.h>
#include <errno.h>
#include <fcntl.h>

#include "tests/unit/unit.h"

#define W 6
#define H 4
#define SIZE (W * H * 3 / 2)
#define HEADER "YUV4MPEG2 W6 H4 F30000:1001 Ip A1:1 C420jpeg\n"

static const uint8_t picture[SIZE] = {16, 17, 18};

static void a_file_is_a_header_and_pictures(void **state)
{
	const char *path = unit_path("", "test.y4m");
	char back[256];
	size_t head = strlen(HEADER);
	int fd = ef_y4m_create(path, 0);
	FILE *file;

	(void)state;
	assert_int_not_equal(fd, -1);
	assert_int_equal(ef_y4m_write_header(fd, W, H, (ef_rate_t){30000, 1001}), 0);
	assert_int_equal(ef_y4m_write_picture(fd, picture, SIZE), 0);
	close(fd);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_int_equal(fread(back, 1, sizeof(back), file), head + 6 + SIZE);
	fclose(file);
	assert_memory_equal(back, HEADER "FRAME\n", head + 6);
	assert_memory_equal(back + head + 6, picture, SIZE);
	unlink(path);
}

static void a_named_pipe_has_room_for_a_picture(void **state)
{
	const char *path = unit_path("", "pipe.y4m");
	int reader, fd;

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	reader = open(path, O_RDONLY | O_NONBLOCK);
	fd = ef_y4m_create(path, 300000);
	assert_int_not_equal(fd, -1);
	assert_in_range(fcntl(fd, F_GETPIPE_SZ), 300000, INT_MAX);
	close(fd);
	close(reader);
}

/* A pipe that takes no more, with standard output turned into it while it was opened. */
static int open_full_pipe(int ends[2])
{
	int kept = dup(STDOUT_FILENO), fd;

	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDOUT_FILENO);
	fd = ef_y4m_open_stdout(SIZE);
	dup2(kept, STDOUT_FILENO);
	close(kept);
	assert_int_not_equal(fd, -1);
	while (write(fd, picture, SIZE) > 0) {
	}
	assert_int_equal(errno, EAGAIN);
	return fd;
}

static void a_signal_ends_the_wait_for_a_reader(void **state)
{
	int ends[2], fd = open_full_pipe(ends);

	(void)state;
	zsys_interrupted = 1;
	assert_int_equal(ef_y4m_write_picture(fd, picture, SIZE), -1);
	zsys_interrupted = 0;
	assert_int_equal(errno, EINTR);
	/* Only this descriptor does not block. */
	assert_int_equal(fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0);
	close(fd);
	close(ends[0]);
	close(ends[1]);
}

static void a_closed_pipe_is_told_from_a_full_disk(void **state)
{
	int ends[2], fd = open_full_pipe(ends), full = open("/dev/full", O_WRONLY);

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	close(ends[0]);
	assert_int_equal(ef_y4m_write_picture(fd, picture, SIZE), -1);
	assert_int_equal(errno, EPIPE);
	assert_int_equal(ef_y4m_write_picture(full, picture, SIZE), -1);
	assert_int_equal(errno, ENOSPC);
	close(full);
	close(fd);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_a_header_and_pictures),
		cmocka_unit_test(a_named_pipe_has_room_for_a_picture),
		cmocka_unit_test(a_signal_ends_the_wait_for_a_reader),
		cmocka_unit_test(a_closed_pipe_is_told_from_a_full_disk),
	};

	return cmocka_run_group_tests_name("y4m", tests, NULL, NULL);
}
