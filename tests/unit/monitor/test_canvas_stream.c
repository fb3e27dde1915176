#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "monitor/canvas_stream.h"
#include "proto/wire/image.h"

static void stream_is_y4m(void **state)
{
	ef_canvas_t canvas = {0};
	int ends[2];
	ef_canvas_stream_t stream = {.rate = {30000, 1001}};
	char text[4096];
	ssize_t size;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	stream.fd = ends[1];
	assert_int_equal(ef_canvas_room(&canvas, 17, 9), 0);
	memset(canvas.pixels, 255, 4 * 17 * 9);
	assert_int_equal(ef_canvas_stream_write(&stream, &canvas), 0);
	assert_int_equal(ef_canvas_stream_write(&stream, &canvas), 0);
	canvas.w = 16;
	assert_int_equal(ef_canvas_stream_write(&stream, &canvas), -1);
	assert_int_equal(errno, EINVAL);
	canvas.w = 17;
	size = read(ends[0], text, sizeof(text));
	assert_memory_equal(text, "YUV4MPEG2 W17 H9 F30000:1001 Ip A1:1 C420jpeg", 45);
	assert_int_equal(size,
		(strchr(text, '\n') - text) + 1 + 2 * (6 + (int)ef_image_size(EF_I420, 17, 9)));
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(ef_canvas_stream_write(&stream, &canvas), -1);
	assert_int_equal(errno, EPIPE);
	close(ends[1]);
	ef_canvas_stream_finish(&stream);
	ef_canvas_finish(&canvas);
}

static void full_disk_is_reported(void **state)
{
	ef_canvas_t canvas = {0};
	ef_canvas_stream_t stream = {.fd = open("/dev/full", O_WRONLY), .rate = {30, 1}};

	(void)state;
	assert_int_equal(ef_canvas_room(&canvas, 16, 16), 0);
	memset(canvas.pixels, 0, 4 * 16 * 16);
	assert_int_equal(ef_canvas_stream_write(&stream, &canvas), -1);
	assert_int_equal(errno, ENOSPC);
	close(stream.fd);
	ef_canvas_stream_finish(&stream);
	ef_canvas_finish(&canvas);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stream_is_y4m),
		cmocka_unit_test(full_disk_is_reported),
	};

	return cmocka_run_group_tests_name("canvas_stream", tests, NULL, NULL);
}
