/* Video files and standard input of capture. Byte 0 selects the input; the rest is the file. */
#include <czmq.h>
#include <libavutil/log.h>

#include "capture/input.h"
#include "tests/fuzz/fuzz.h"

#define PICTURES_MAX 8

static ef_capture_request_t request_of(uint8_t how, const char *path)
{
	ef_capture_request_t request = {.name = path, .rate = {0, 1}};

	if (how % 4 == 1 || how % 4 == 2) {
		request.name = "-";
	}
	if (how % 4 == 2) {
		request.fourcc = EF_I420;
		request.size = (ef_size_t){16, 16};
		request.rate = (ef_rate_t){10, 1};
	}
	request.loop = how % 4 == 3;
	return request;
}

static void read_some(const ef_capture_request_t *request)
{
	void *input = ef_capture_file.open(request);
	ef_capture_picture_t picture;
	int64_t last = -1;

	for (int i = 0; input != NULL && i < PICTURES_MAX; i++) {
		switch (ef_capture_file.read(input, &picture)) {
		case EF_CAPTURE_PICTURE:
			fuzz_check(ef_image_valid(&picture.image), "a picture is whole");
			fuzz_check(picture.media_ns > last, "time goes on");
			last = picture.media_ns;
			break;
		case EF_CAPTURE_NOTHING:
			break;
		case EF_CAPTURE_END:
		case EF_CAPTURE_BROKEN:
		case EF_CAPTURE_FAILED:
			i = PICTURES_MAX;
			break;
		}
	}
	if (input != NULL) {
		ef_capture_file.close(input);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ef_capture_request_t request;
	char path[32];
	int fd;

	if (size < 1) {
		return 0;
	}
	fuzz_quiet();
	av_log_set_level(AV_LOG_QUIET);
	fd = fuzz_file(data + 1, size - 1, path);
	dup2(fd, STDIN_FILENO);
	request = request_of(data[0], path);
	read_some(&request);
	close(fd);
	return 0;
}
