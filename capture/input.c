#include "capture/input.h"

#include <string.h>

static int is_camera(const char *name)
{
	return (strncmp(name, "camera:", 7) == 0 && name[7] != '\0') ||
	       strncmp(name, "/dev/video", 10) == 0 || strncmp(name, "/dev/v4l/", 9) == 0 ||
	       (*name != '\0' && name[strspn(name, "0123456789")] == '\0');
}

const ef_capture_input_t *ef_capture_input_find(const char *name)
{
	return is_camera(name) ? &ef_capture_v4l2 : &ef_capture_file;
}
