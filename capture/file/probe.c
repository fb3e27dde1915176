#include "capture/file/probe.h"

#include <czmq.h>

#include "capture/file/decoder.h"

static int print(FILE *out, ef_decoder_t *decoder, const ef_capture_request_t *request)
{
	int turned = ef_decoder_rotation(decoder) % 180 != 0;
	ef_rate_t rate = ef_decoder_steady_rate(decoder);
	const AVFrame *frame;
	int64_t start_ns;

	if (!ef_decoder_read(decoder, &frame)) {
		const char *why = ef_decoder_why(decoder);

		zsys_error("no picture could be read from %s: %s; try to play it with ffplay",
			request->name, why != NULL ? why : "it ends before the first picture");
		return -1;
	}
	start_ns = ef_decoder_time_ns(decoder, frame);
	fprintf(out, "size %dx%d\n", turned ? frame->height : frame->width,
		turned ? frame->width : frame->height);
	fprintf(out, "rate %d/%d\n", rate.num, rate.den);
	fprintf(out, "pictures %" PRId64 "\n", ef_decoder_pictures(decoder));
	fprintf(out, "start %.6f\n", start_ns == INT64_MIN ? 0.0 : (double)start_ns / 1e9);
	return fflush(out) == 0 ? 0 : -1;
}

int ef_probe_print(FILE *out, const ef_capture_request_t *request)
{
	ef_decoder_t *decoder;
	int result;

	if (ef_capture_input_find(request->name) != &ef_capture_file) {
		zsys_error(
			"%s is a webcam; see its modes with effigy-capture --list", request->name);
		return -1;
	}
	decoder = ef_decoder_new(request);
	if (decoder == NULL) {
		return -1;
	}
	result = print(out, decoder, request);
	ef_decoder_destroy(&decoder);
	return result;
}
