#include "capture/slim.h"

#include <libyuv.h>
#include <math.h>
#include <stdlib.h>
#include <turbojpeg.h>

#include "proto/base/buffer.h"
#include "proto/base/log.h"
#include "proto/base/memory.h"
#include "proto/picture/luma.h"

/* JPEG's quality, 1..100. At 80 a frame of 640x480 has about 16 KB, at 10 about 6 KB, and the tracker
 * still finds the face. */
#define QUALITY_MAX 80.0F
#define QUALITY_MIN 10.0F

/* A link that is too slow is noticed in one frame; that it takes more, only by trying. From the least to the
 * most quality takes 10 s at 30 frames a second. */
#define LESS 0.8F
#define MORE 1.007F

/* Round trips that take so much longer than the shortest did: frames wait somewhere on the way. */
#define DELAY_MAX_NS 30000000

#define WIDE 960
#define SCALED 640 /* the width at which the tracker searches */

struct ef_slim {
	ef_luma_reader_t *reader;
	ef_buffer_t scaled;
	tjhandle encoder; /* NULL: cannot be made */
	uint8_t *jpeg; /* by tjAlloc () */
	unsigned long size; /* bytes allocated */
	float quality;
	int left_out; /* the last frame, for its delay */
	ef_message_t message;
	ef_limiter_t limiter;
};

ef_slim_t *ef_slim_new(void)
{
	ef_slim_t *slim = ef_memory_new(sizeof(*slim));

	slim->reader = ef_luma_reader_new();
	slim->encoder = tjInitCompress();
	slim->quality = QUALITY_MAX;
	return slim;
}

void ef_slim_destroy(ef_slim_t **slim_p)
{
	ef_slim_t *slim = *slim_p;

	if (slim != NULL) {
		ef_luma_reader_destroy(&slim->reader);
		ef_buffer_finish(&slim->scaled);
		if (slim->encoder != NULL) {
			tjDestroy(slim->encoder);
		}
		tjFree(slim->jpeg);
		free(slim);
		*slim_p = NULL;
	}
}

/* Makes a wide picture smaller. Returns 0, or -1 when out of memory. */
static int scale(ef_slim_t *slim, ef_luma_t *luma)
{
	int w = SCALED, h = (int)lroundf((float)luma->h * SCALED / (float)luma->w);
	uint8_t *scaled;

	if (luma->w <= WIDE) {
		return 0;
	}
	h = h > 0 ? h : 1;
	scaled = ef_buffer_reserve(&slim->scaled, (size_t)w * (size_t)h);
	if (scaled == NULL) {
		return -1;
	}
	ScalePlane(luma->data, luma->stride, luma->w, luma->h, scaled, w, w, h, kFilterBox);
	*luma = (ef_luma_t){.data = scaled, .stride = w, .w = w, .h = h};
	return 0;
}

/* Returns 0, or -1 when it cannot be done. */
static int compress(ef_slim_t *slim, const ef_luma_t *luma)
{
	unsigned long most = tjBufSize(luma->w, luma->h, TJSAMP_GRAY), size = most;

	if (slim->encoder == NULL || most == (unsigned long)-1) {
		return -1;
	}
	if (most > slim->size) {
		tjFree(slim->jpeg);
		slim->jpeg = tjAlloc((int)most);
		slim->size = slim->jpeg != NULL ? most : 0;
	}
	if (slim->jpeg == NULL ||
		tjCompress2(slim->encoder, luma->data, luma->w, luma->stride, luma->h, TJPF_GRAY,
			&slim->jpeg, &size, TJSAMP_GRAY, (int)slim->quality,
			TJFLAG_NOREALLOC | TJFLAG_FASTDCT) != 0) {
		return -1;
	}
	slim->message.image = (ef_image_t){
		.fourcc = EF_MJPG, .w = luma->w, .h = luma->h, .data = slim->jpeg, .size = size};
	return 0;
}

/* Follows what the link takes. Returns 0 when it takes no frame now. Of a link that delays frames of the
 * least quality every second one is left out; not more, for only what is sent tells the delay. */
static int follow(ef_slim_t *slim, const ef_congestion_t *congestion)
{
	int least = slim->quality <= QUALITY_MIN;

	slim->left_out = !slim->left_out && least;
	if (congestion->unsent == 0 && congestion->delay_ns <= DELAY_MAX_NS) {
		slim->quality = fminf(MORE * slim->quality, QUALITY_MAX);
		slim->left_out = 0;
		return 1;
	}
	slim->quality = fmaxf(LESS * slim->quality, QUALITY_MIN);
	return congestion->unsent == 0 && !slim->left_out;
}

/* Returns 0, or -1 with the reason in *why. */
static int make_slim(ef_slim_t *slim, const ef_image_t *image, const char **why)
{
	ef_luma_t luma;

	if (ef_luma_read(slim->reader, image, &luma, why) == -1) {
		return -1;
	}
	*why = "out of memory";
	return scale(slim, &luma) == 0 ? compress(slim, &luma) : -1;
}

const ef_message_t *ef_slim_frame(
	void *self, const ef_message_t *frame, const ef_congestion_t *congestion)
{
	ef_slim_t *slim = self;
	const char *why;

	if (frame->head.kind != EF_FRAME) {
		return frame;
	}
	if (!follow(slim, congestion)) {
		return NULL;
	}
	if (make_slim(slim, &frame->image, &why) == -1) {
		ef_warn_limited(&slim->limiter,
			"a frame was not sent to the other machine: %s; the next one is tried",
			why);
		return NULL;
	}
	slim->message.head = frame->head;
	return &slim->message;
}
