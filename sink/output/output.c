#include "sink/output/output.h"

#include <czmq.h>
#include <libavformat/avformat.h>

#include "proto/v4l2/device_name.h"

static int ends_with(const char *name, const char *end)
{
	size_t length = strlen(name);

	return length >= strlen(end) && strcmp(name + length - strlen(end), end) == 0;
}

const ef_sink_output_t *ef_sink_output_find(const char *name)
{
	if (ef_name_is_device(name)) {
		return &ef_sink_v4l2;
	}
	if (strcmp(name, "-") == 0 || ends_with(name, ".y4m")) {
		return &ef_sink_y4m;
	}
	if (av_guess_format(NULL, name, NULL) != NULL) {
		return &ef_sink_file;
	}
	zsys_error("cannot tell the type of output of %s: give a device such as /dev/video9 or "
		   "camera:Effigy, a file that ends in .mp4, .mkv, .mov or .y4m, or - for Y4M on "
		   "standard output",
		name);
	return NULL;
}
