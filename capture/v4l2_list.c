#include "capture/v4l2_list.h"

#include <glob.h>

#include "capture/v4l2_device.h"

static void print_mode(FILE *file, const ef_mode_t *mode)
{
	char name[5];

	fprintf(file, "\t%s %dx%d", ef_fourcc_name(mode->fourcc, name), mode->min_w, mode->min_h);
	if (mode->max_w != mode->min_w || mode->max_h != mode->min_h) {
		fprintf(file, " to %dx%d", mode->max_w, mode->max_h);
	}
	if (mode->fps > 0) {
		fprintf(file, ", up to %.4g fps", mode->fps);
	}
	fprintf(file, "%s\n", mode->emulated ? ", converted by libv4l2" : "");
}

static int list_one(FILE *file, const char *path)
{
	ef_mode_t modes[EF_MODES_MAX];
	ef_device_t device;
	char why[128];
	int count;

	if (ef_device_open(&device, path, why, sizeof(why)) == -1) {
		return 0;
	}
	fprintf(file, "%s\t%s\n", path, device.card);
	count = ef_device_modes(&device, modes);
	for (int i = 0; i < count; i++) {
		print_mode(file, &modes[i]);
	}
	ef_device_close(&device);
	return 1;
}

int ef_v4l2_list(FILE *file)
{
	glob_t found;
	int cameras = 0;

	if (glob("/dev/video*", 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++) {
			cameras += list_one(file, found.gl_pathv[i]);
		}
		globfree(&found);
	}
	return cameras;
}
