/* Outputs: chosen by name, complete files, and errors as opposed to a reader that has closed a
 * pipe. */
#include <czmq.h>
#include <libavformat/avformat.h>

#include "sink/output/output.h"
#include "tests/unit/unit.h"

#define W 64
#define H 48
#define SIZE (W * H * 3 / 2)
#define HEADER "YUV4MPEG2 W64 H48 F25:1 Ip A1:1 C420jpeg\n"

static uint8_t pixels[SIZE];
static const ef_image_t image = {EF_I420, W, H, pixels, SIZE};

static ef_sink_request_t request_for(const char *name)
{
	return (ef_sink_request_t){.name = name, .w = W, .h = H, .rate = {25, 1}};
}

static void an_output_is_chosen_by_its_name(void **state)
{
	(void)state;
	assert_ptr_equal(ef_sink_output_find("/dev/video9"), &ef_sink_v4l2);
	assert_ptr_equal(ef_sink_output_find("9"), &ef_sink_v4l2);
	assert_ptr_equal(ef_sink_output_find("camera:Effigy"), &ef_sink_v4l2);
	assert_ptr_equal(ef_sink_output_find("-"), &ef_sink_y4m);
	assert_ptr_equal(ef_sink_output_find("a/b.y4m"), &ef_sink_y4m);
	assert_ptr_equal(ef_sink_output_find("a/b.mp4"), &ef_sink_file);
	assert_ptr_equal(ef_sink_output_find("b.mkv"), &ef_sink_file);
	assert_null(ef_sink_output_find("b.unheard-of"));
	assert_null(ef_sink_output_find("camera:"));
	assert_null(ef_sink_output_find(""));
}

static void y4m_is_header_and_pictures(void **state)
{
	const char *path = unit_path("", "output.y4m");
	ef_sink_request_t request = request_for(path);
	const size_t wanted = strlen(HEADER) + 3 * (6 + SIZE);
	static char file[4 * SIZE];
	FILE *back;
	void *self;

	(void)state;
	assert_int_equal(ef_sink_y4m.open(&self, &request), EF_SINK_OK);
	for (int i = 0; i < 3; i++) {
		memset(pixels, 50 + i, SIZE);
		assert_int_equal(ef_sink_y4m.write(self, &image, i), EF_SINK_OK);
	}
	assert_int_equal(ef_sink_y4m.close(self), EF_SINK_OK);
	back = fopen(path, "r");
	assert_int_equal(fread(file, 1, sizeof(file), back), wanted);
	fclose(back);
	unlink(path);
	assert_memory_equal(file, HEADER, strlen(HEADER));
	for (int i = 0; i < 3; i++) {
		const char *at = file + strlen(HEADER) + i * (6 + SIZE);

		assert_memory_equal(at, "FRAME\n", 6);
		assert_int_equal(at[6], 50 + i);
		assert_int_equal(at[6 + SIZE - 1], 50 + i);
	}
}

/* Opens the output with standard output turned into that descriptor. */
static ef_sink_result_t open_stdout(int fd, void **self, const ef_sink_request_t *request)
{
	int kept = dup(STDOUT_FILENO);
	ef_sink_result_t result;

	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	result = ef_sink_y4m.open(self, request);
	dup2(kept, STDOUT_FILENO);
	close(kept);
	return result;
}

static void a_closed_pipe_is_no_failure(void **state)
{
	ef_sink_request_t request = request_for("-");
	int ends[2];
	void *self;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(open_stdout(ends[1], &self, &request), EF_SINK_OK);
	assert_int_equal(ef_sink_y4m.write(self, &image, 0), EF_SINK_OK);
	close(ends[0]);
	assert_int_equal(ef_sink_y4m.write(self, &image, 1), EF_SINK_CLOSED);
	assert_int_equal(ef_sink_y4m.close(self), EF_SINK_OK);
	close(ends[1]);
}

static void a_signal_ends_the_wait_for_a_reader(void **state)
{
	ef_sink_request_t request = request_for("-");
	ef_sink_result_t result = EF_SINK_OK;
	int ends[2];
	void *self;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(open_stdout(ends[1], &self, &request), EF_SINK_OK);
	zsys_interrupted = 1;
	for (int i = 0; i < 100 && result == EF_SINK_OK; i++) {
		result = ef_sink_y4m.write(self, &image, i);
	}
	zsys_interrupted = 0;
	assert_int_equal(result, EF_SINK_CLOSED);
	ef_sink_y4m.close(self);
	close(ends[0]);
	close(ends[1]);
}

static void a_full_disk_is_a_failure(void **state)
{
	ef_sink_request_t request = request_for("/dev/full");
	void *self;

	(void)state;
	assert_int_equal(ef_sink_y4m.open(&self, &request), EF_SINK_FAILED);
	ef_sink_y4m.close(self);
	request.name = "/nonexistent/a.y4m";
	assert_int_equal(ef_sink_y4m.open(&self, &request), EF_SINK_FAILED);
	ef_sink_y4m.close(self);
	request.name = "/nonexistent/a.mp4";
	assert_int_equal(ef_sink_file.open(&self, &request), EF_SINK_FAILED);
	ef_sink_file.close(self);
}

static void a_missing_device_is_opened_later(void **state)
{
	ef_sink_request_t request = request_for("/dev/video-none");
	void *self;

	(void)state;
	assert_int_equal(ef_sink_v4l2.open(&self, &request), EF_SINK_LATER);
	ef_sink_v4l2.close(self);
	request.name = "camera:of nobody";
	assert_int_equal(ef_sink_v4l2.open(&self, &request), EF_SINK_LATER);
	ef_sink_v4l2.close(self);
	request.name = "/dev/null";
	assert_int_equal(ef_sink_v4l2.open(&self, &request), EF_SINK_FAILED);
	ef_sink_v4l2.close(self);
}

/* Returns how many packets a file has, and how long it lasts in ms. */
static int read_back(const char *path, int64_t *ms)
{
	AVFormatContext *format = NULL;
	AVPacket *packet = av_packet_alloc();
	int64_t seen[16];
	int packets = 0;

	assert_int_equal(avformat_open_input(&format, path, NULL, NULL), 0);
	assert_true(avformat_find_stream_info(format, NULL) >= 0);
	while (av_read_frame(format, packet) == 0) {
		/* Of two pictures at one time a player shows one. */
		for (int i = 0; i < packets; i++) {
			assert_int_not_equal(packet->pts, seen[i]);
		}
		assert_in_range(packets, 0, 15);
		seen[packets++] = packet->pts;
		av_packet_unref(packet);
	}
	*ms = format->duration / 1000;
	av_packet_free(&packet);
	avformat_close_input(&format);
	return packets;
}

static void a_file_keeps_the_times_of_its_pictures(void **state)
{
	/* The last two are out of order, and have to be written all the same. */
	static const int64_t times_ms[] = {0, 40, 80, 500, 540, 540, 520};
	const char *path = unit_path("", "output.mp4");
	ef_sink_request_t request = request_for(path);
	int64_t ms;
	void *self;

	(void)state;
	assert_int_equal(ef_sink_file.open(&self, &request), EF_SINK_OK);
	for (size_t i = 0; i < 7; i++) {
		assert_int_equal(
			ef_sink_file.write(self, &image, times_ms[i] * 1000000), EF_SINK_OK);
	}
	assert_int_equal(ef_sink_file.close(self), EF_SINK_OK);
	assert_int_equal(read_back(path, &ms), 7);
	assert_in_range(ms, 575, 585);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_output_is_chosen_by_its_name),
		cmocka_unit_test(y4m_is_header_and_pictures),
		cmocka_unit_test(a_closed_pipe_is_no_failure),
		cmocka_unit_test(a_signal_ends_the_wait_for_a_reader),
		cmocka_unit_test(a_full_disk_is_a_failure),
		cmocka_unit_test(a_missing_device_is_opened_later),
		cmocka_unit_test(a_file_keeps_the_times_of_its_pictures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
