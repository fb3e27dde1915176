/* Output to a virtual camera: a v4l2loopback device, which other programs see as a camera. */
#include <czmq.h>

#include "proto/base/clock.h"
#include "proto/base/memory.h"
#include "sink/loopback/readers.h"
#include "sink/output/device_picture.h"
#include "sink/output/loopback_writer.h"
#include "sink/output/output.h"

typedef struct {
	ef_sink_request_t request; /* with a fourcc */
	ef_loopback_writer_t writer;
	ef_device_picture_t *picture; /* in that format */
	ef_readers_t *readers; /* NULL until somebody asks for them */
} device_t;

static ef_sink_result_t device_open(void **self, const ef_sink_request_t *request)
{
	device_t *device = ef_memory_new(sizeof(*device));
	ef_sink_result_t result;
	char name[5];

	*self = device;
	device->request = *request;
	device->writer.fd = -1;
	if (request->fourcc == 0) {
		device->request.fourcc = EF_YUYV;
	}
	device->picture = ef_device_picture_new(device->request.fourcc, request->w, request->h);
	if (device->picture == NULL) {
		zsys_error("libturbojpeg cannot start; choose another --format than MJPG");
		return EF_SINK_FAILED;
	}
	result = ef_loopback_writer_open(
		&device->writer, &device->request, ef_device_picture_room(device->picture));
	if (result == EF_SINK_OK) {
		zsys_info("%s takes %s %dx%d, %.4g fps", device->writer.path,
			ef_fourcc_name(device->request.fourcc, name), request->w, request->h,
			(double)request->rate.num / request->rate.den);
	}
	return result;
}

static ef_sink_result_t device_write(void *self, const ef_image_t *image, int64_t pts_ns)
{
	device_t *device = self;
	const uint8_t *data;
	size_t size;

	(void)pts_ns;
	if (ef_device_picture_make(device->picture, image, &data, &size) != 0) {
		zsys_warning("cannot compress a picture of %dx%d to MJPG; choose another --format",
			image->w, image->h);
		return EF_SINK_LATER;
	}
	return ef_loopback_writer_write(&device->writer, data, size);
}

static int device_readers(void *self)
{
	device_t *device = self;

	if (device->readers == NULL) {
		device->readers = ef_readers_new(device->writer.fd, device->writer.path);
	}
	return ef_readers_count(device->readers, ef_now_ns());
}

static ef_sink_result_t device_close(void *self)
{
	device_t *device = self;

	ef_readers_destroy(&device->readers);
	ef_loopback_writer_close(&device->writer);
	ef_device_picture_destroy(&device->picture);
	free(device);
	return EF_SINK_OK;
}

const ef_sink_output_t ef_sink_v4l2 = {
	EF_SINK_NOW, device_open, device_write, device_readers, device_close, NULL};
