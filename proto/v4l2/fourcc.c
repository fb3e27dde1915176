#include "proto/v4l2/fourcc.h"

#include <linux/videodev2.h>
#include <stddef.h>

/* The first of several entries with the same wire code is the one to ask a device for. */
static const struct {
	uint32_t wire, v4l2;
} codes[] = {
	{EF_YUYV, V4L2_PIX_FMT_YUYV},
	{EF_NV12, V4L2_PIX_FMT_NV12},
	{EF_I420, V4L2_PIX_FMT_YUV420},
	{EF_MJPG, V4L2_PIX_FMT_MJPEG},
	{EF_MJPG, V4L2_PIX_FMT_JPEG},
	{EF_GREY, V4L2_PIX_FMT_GREY},
};
#define CODES (sizeof(codes) / sizeof(codes[0]))

uint32_t ef_fourcc_from_v4l2(uint32_t v4l2)
{
	for (size_t i = 0; i < CODES; i++) {
		if (codes[i].v4l2 == v4l2) {
			return codes[i].wire;
		}
	}
	return 0;
}

uint32_t ef_fourcc_to_v4l2(uint32_t fourcc)
{
	for (size_t i = 0; i < CODES; i++) {
		if (codes[i].wire == fourcc) {
			return codes[i].v4l2;
		}
	}
	return 0;
}

const char *ef_fourcc_v4l2_name(uint32_t v4l2, char text[5])
{
	uint32_t fourcc = ef_fourcc_from_v4l2(v4l2);

	return ef_fourcc_name(fourcc != 0 ? fourcc : v4l2, text);
}
