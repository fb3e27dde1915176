/* Input from a webcam. While it is missing, busy or unplugged, it is opened again and again. */
#include <czmq.h>
#include <errno.h>

#include "capture/input.h"
#include "capture/v4l2/v4l2_controls.h"
#include "capture/v4l2/v4l2_device.h"
#include "capture/v4l2/v4l2_enumerate.h"
#include "capture/v4l2/v4l2_list.h"
#include "capture/v4l2/v4l2_queue.h"
#include "proto/base/clock.h"
#include "proto/base/memory.h"
#include "proto/base/problem.h"
#include "proto/v4l2/device_name.h"
#include "proto/v4l2/fourcc.h"

#define WAIT_MS 100
/* Opening a webcam that is not there is cheap, so it is found soon after it is plugged in. One that
 * is there and does not work is left alone for longer. */
#define MISSING_NS INT64_C(250000000)
#define FAILING_NS INT64_C(1000000000)
#define SILENT_NS INT64_C(5000000000) /* a webcam without a picture for so long is opened again */

typedef struct {
	const ef_capture_request_t *request;
	const char *name; /* looked up at each opening; NULL: opened by path */
	char path[PATH_MAX]; /* empty: no webcam of that name was found */
	ef_controls_t controls;
	ef_device_t device;
	ef_v4l2_queue_t queue;
	int64_t retry_ns; /* when to open next */
	int64_t seen_ns; /* when the last picture came, or streaming began */
	int is_new; /* no picture since it was opened */
	ef_problem_t problem;
	const char *note;
} webcam_t;

static void *webcam_open(const ef_capture_request_t *request)
{
	webcam_t *webcam = ef_memory_new(sizeof(*webcam));

	webcam->name = ef_name_label(request->name);
	if (webcam->name == NULL) {
		ef_name_path(request->name, webcam->path, sizeof(webcam->path));
	}
	if (request->controls != NULL) {
		webcam->controls = *request->controls;
	}
	webcam->request = request;
	webcam->device.fd = -1;
	webcam->note = "webcam starting";
	return webcam;
}

static void hang_up(webcam_t *webcam)
{
	ef_device_close(&webcam->device);
	ef_v4l2_queue_finish(&webcam->queue);
}

static void webcam_close(void *self)
{
	hang_up(self);
	free(self);
}

static const char *webcam_note(const void *self)
{
	return ((const webcam_t *)self)->note;
}

static void log_problem(webcam_t *webcam, const char *why)
{
	if (ef_problem_is_new(&webcam->problem, why, ef_now_ns())) {
		zsys_warning("%s%s%s%s; trying again", webcam->path[0] ? "webcam " : "",
			webcam->path, webcam->path[0] ? ": " : "", why);
	}
}

static void lose(webcam_t *webcam, const char *note, const char *why, int64_t pause_ns)
{
	log_problem(webcam, why);
	webcam->note = note;
	webcam->retry_ns = ef_now_ns() + pause_ns;
	hang_up(webcam);
}

static void log_granted(const webcam_t *webcam)
{
	const ef_device_t *device = &webcam->device;
	char name[5], rate[32] = "unknown rate", source[48] = "";

	if (device->fps > 0) {
		snprintf(rate, sizeof(rate), "%.4g fps", device->fps);
	}
	if (device->converted) {
		char from[5];

		snprintf(source, sizeof(source), ", converted by libv4l2 from %s",
			ef_fourcc_v4l2_name(device->source, from));
	}
	zsys_info("webcam %s: %s gives %s %dx%d, %s, %d buffers%s", webcam->path, device->card,
		ef_fourcc_name(device->fourcc, name), device->w, device->h, rate, device->buffers,
		source);
}

static int open_device(webcam_t *webcam, char *why, size_t size)
{
	if (webcam->name != NULL &&
		ef_v4l2_find(webcam->name, webcam->path, sizeof(webcam->path), why, size) == -1) {
		webcam->path[0] = '\0';
		return -1;
	}
	return ef_device_open(&webcam->device, webcam->path, why, size);
}

/* Returns 0 when streaming has begun, or -1 with the reason in why. */
static int start_device(webcam_t *webcam, char *why, size_t size)
{
	const ef_capture_request_t *request = webcam->request;
	ef_mode_t modes[EF_MODES_MAX];
	ef_mode_choice_t choice;
	int count = ef_v4l2_enumerate(&webcam->device, modes);
	char name[5];

	if (ef_mode_choose(modes, count, request->fourcc, request->size, request->rate, &choice) ==
		-1) {
		snprintf(why, size, "%s does not offer %s; see effigy-capture --list",
			webcam->device.card,
			request->fourcc != 0 ? ef_fourcc_name(request->fourcc, name)
					     : "any format that Effigy reads");
		return -1;
	}
	return ef_device_start(&webcam->device, &choice, request->rate, why, size);
}

/* Returns 0 when streaming has begun. */
static int connect_webcam(webcam_t *webcam)
{
	char why[512];

	if (open_device(webcam, why, sizeof(why)) == -1) {
		lose(webcam, "webcam missing", why, MISSING_NS);
		return -1;
	}
	if (start_device(webcam, why, sizeof(why)) == -1) {
		lose(webcam, "webcam busy or failing", why, FAILING_NS);
		return -1;
	}
	ef_v4l2_queue_begin(&webcam->queue, &webcam->device);
	webcam->seen_ns = ef_now_ns();
	webcam->is_new = 1;
	return 0;
}

/* Sleeps until the next attempt, but no longer than WAIT_MS. */
static void wait_a_little(const webcam_t *webcam)
{
	int64_t until = ef_now_ns() + WAIT_MS * INT64_C(1000000);

	ef_sleep_until(webcam->retry_ns < until ? webcam->retry_ns : until);
}

static ef_capture_result_t lost(webcam_t *webcam)
{
	char why[128];

	snprintf(why, sizeof(why), "stopped with an error (%s)", strerror(errno));
	if (!ef_device_is_there(&webcam->device)) {
		lose(webcam, "webcam unplugged", "unplugged; plug it in again", MISSING_NS);
	} else {
		lose(webcam, "webcam failing", why, FAILING_NS);
	}
	return EF_CAPTURE_NOTHING;
}

static ef_capture_result_t nothing_yet(webcam_t *webcam)
{
	const ef_device_t *device = &webcam->device;
	char name[5], why[128];

	if (ef_now_ns() > webcam->seen_ns + SILENT_NS) {
		snprintf(why, sizeof(why), "sent no picture for 5 s in %s %dx%d",
			ef_fourcc_name(device->fourcc, name), device->w, device->h);
		lose(webcam, "webcam silent", why, MISSING_NS);
	}
	return EF_CAPTURE_NOTHING;
}

/* Called at the first picture: a webcam that starts without giving any is not logged each time, and
 * some reset their controls when they start. */
static void began(webcam_t *webcam)
{
	webcam->is_new = 0;
	webcam->note = "webcam";
	ef_problem_clear(&webcam->problem);
	log_granted(webcam);
	ef_controls_apply(&webcam->controls, &webcam->device);
}

static ef_capture_result_t webcam_read(void *self, ef_capture_picture_t *picture)
{
	webcam_t *webcam = self;
	int got;

	if (webcam->device.fd == -1) {
		if (ef_now_ns() < webcam->retry_ns || connect_webcam(webcam) == -1) {
			wait_a_little(webcam);
			return EF_CAPTURE_NOTHING;
		}
	}
	got = ef_v4l2_queue_take(&webcam->queue, WAIT_MS, picture);
	if (got != 1) {
		return got == 0 ? nothing_yet(webcam) : lost(webcam);
	}
	webcam->seen_ns = ef_now_ns();
	if (webcam->is_new) {
		began(webcam);
	}
	return EF_CAPTURE_PICTURE;
}

const ef_capture_input_t ef_capture_v4l2 = {1, webcam_open, webcam_read, webcam_note, webcam_close};
