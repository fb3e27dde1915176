/* effigy-calibrate: asks a person for some faces, and writes the profile of theirs. It listens to the
 * tracker's tap, so that a running pipeline goes on meanwhile. */
#include <czmq.h>
#include <errno.h>
#include <string.h>

#include "normaliser/calibrate/screen.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/link/endpoint.h"
#include "proto/link/keys/attach.h"
#include "proto/link/listener.h"
#include "proto/stage/model_file.h"
#include "proto/stage/options.h"
#include "proto/stage/runtime.h"

#define TICK_MS 100
/* Without a message of a webcam: a tracker needs 2 s to start. A film may take its time. */
#define STALL_NS INT64_C(3000000000)
#define PATIENCE_NS INT64_C(30000000000)
#define QUEUE 8

typedef struct {
	const char *solver, *tap, *path;
	int policy; /* ef_policy_t */
	int check, insecure;
	ef_course_t course;
	ef_screen_t screen;
} calibrate_t;

/* No message has come for some time. Returns -1, after logging it, when that is too long. */
static int wait_more(calibrate_t *self, int64_t silent_ns)
{
	if (self->policy == EF_ALL || silent_ns < STALL_NS) {
		return 0;
	}
	ef_course_stall(&self->course);
	ef_screen_show(&self->screen, &self->course, self->course.t);
	if (silent_ns < PATIENCE_NS) {
		return 0;
	}
	zsys_error("no faces arrive at %s: no frames reach the tracker, or it does not run",
		self->tap);
	return -1;
}

/* Returns 0 when the course is done, or -1 after logging why it is not. */
static int follow(calibrate_t *self, ef_listener_t *listener)
{
	int64_t last = ef_now_ns();
	ef_message_t message;
	zmq_msg_t raw;
	int status = 0;

	zmq_msg_init(&raw);
	while (!zsys_interrupted && status == 0 && self->course.task != EF_TASKS) {
		int got = ef_listener_receive(listener, TICK_MS, &raw, &message);

		if (got == 1 && message.head.kind == EF_FACE) {
			last = ef_now_ns();
			ef_course_step(&self->course, &message.face, message.head.t);
			ef_screen_show(&self->screen, &self->course, message.head.t);
		} else if (got == 1 && self->policy == EF_ALL) { /* an EF_END */
			zsys_error("the video ended before all was asked, which takes 25 s");
			status = -1;
		} else {
			status = wait_more(self, ef_now_ns() - last);
		}
	}
	zmq_msg_close(&raw);
	return self->course.task == EF_TASKS ? 0 : -1;
}

static int save(const calibrate_t *self)
{
	ef_profile_t profile;

	ef_course_profile(&self->course, &profile);
	if (ef_profile_save(&profile, self->path) == 0) {
		return 0;
	}
	zsys_error("cannot write the profile %s: %s; nothing is changed", self->path,
		errno == ERANGE ? "what was seen is not a face" : strerror(errno));
	return 1;
}

static int calibrate(calibrate_t *self)
{
	ef_solver_t *solver;
	ef_listener_t *listener;
	char why[256];
	int status = 1;

	solver = ef_solver_load(self->solver, why, sizeof(why));
	if (solver == NULL) {
		zsys_error("cannot use the solver's weights %s: %s; install Effigy again, or give "
			   "another file with --solver",
			self->solver, why);
		return 1;
	}
	listener = ef_attach_prepare(self->tap, self->insecure) == -1
			   ? NULL
			   : ef_listener_new(&(ef_link_options_t){.endpoint = self->tap,
				     .policy = self->policy,
				     .kind = EF_FACE,
				     .queue = QUEUE});
	if (listener != NULL) {
		ef_course_init(&self->course, solver);
		ef_screen_init(&self->screen, stdout);
		status = follow(self, listener) == 0 ? save(self) : 1;
	}
	ef_listener_destroy(&listener);
	ef_solver_destroy(&solver);
	return status;
}

/* Whether the file is a profile. Returns the exit status. */
static int check(const calibrate_t *self)
{
	ef_profile_t profile;
	char why[256];

	if (ef_profile_load(&profile, self->path, why, sizeof(why)) == 0) {
		return 0;
	}
	fprintf(stderr, "%s\n", why);
	return 1;
}

int main(int argc, char **argv)
{
	static const char *const policies[] = {"latest", "all", NULL};
	char *solver = ef_model_file("solver.weights"), *tap = ef_runtime_endpoint("faces.tap");
	calibrate_t self = {.solver = solver, .tap = tap};
	const ef_usage_t usage = {
		.program = "effigy-calibrate",
		.purpose = "Asks for some faces and writes the profile of a person's face to FILE.",
		.operand = "FILE",
		.positional = &self.path,
	};
	const ef_option_t own[] = {
		{"check", EF_OPTION_FLAG, &self.check, NULL, "only say whether FILE is a profile",
			0, 0, NULL},
		{"solver", EF_OPTION_TEXT, &self.solver, "FILE", "weights of the solver", 0, 0,
			NULL},
		{"tap", EF_OPTION_TEXT, &self.tap, "ENDPOINT", "the tap with the faces", 0, 0,
			NULL},
		{"policy", EF_OPTION_CHOICE, &self.policy, "POLICY",
			"latest: the newest face wins; all: every face counts", 0, 0, policies},
		{"insecure-plaintext", EF_OPTION_FLAG, &self.insecure, NULL,
			"allow unencrypted TCP to other machines", 0, 0, NULL},
		{0},
	};
	const ef_option_t *tables[] = {own, NULL};
	int status;

	ef_log_init("calibrate");
	status = ef_options_parse(&usage, tables, argc, argv);
	if (status == -1 && self.path == NULL) {
		fprintf(stderr, "effigy-calibrate: needs FILE; see effigy-calibrate --help\n");
		status = 2;
	}
	if (status == -1) {
		status = self.check ? check(&self) : calibrate(&self);
	}
	free(solver);
	free(tap);
	return status;
}
