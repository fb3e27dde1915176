#include "capture/input.h"

#include "proto/v4l2/device_name.h"

const ef_capture_input_t *ef_capture_input_find(const char *name)
{
	return ef_name_is_device(name) ? &ef_capture_v4l2 : &ef_capture_file;
}
