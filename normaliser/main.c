/* effigy-normaliser: receives faces, sends expressions. */
#include <czmq.h>
#include <errno.h>
#include <string.h>

#include "normaliser/data.h"
#include "normaliser/normaliser.h"
#include "proto/base/clock.h"
#include "proto/base/problem.h"
#include "proto/stage/model_file.h"
#include "proto/stage/stage.h"

typedef struct {
	ef_stage_t *stage;
	ef_normaliser_t *normaliser;
	const char *path, *solver, *face;
	FILE *data; /* NULL without --data */
	ef_problem_t another;
} work_t;

/* A wrong profile is a problem that lasts. */
static void report_another(work_t *work)
{
	const char *slash = work->face != NULL ? strrchr(work->face, '/') : NULL;
	const char *name = slash != NULL ? slash + 1 : work->face;
	char note[96], line[384];

	if (!ef_normaliser_sees_another(work->normaliser)) {
		ef_problem_clear(&work->another);
		ef_stats_note(work->stage->stats, "");
		return;
	}
	snprintf(note, sizeof(note), "another face than that of profile %s", name);
	ef_stats_note(work->stage->stats, note);
	snprintf(line, sizeof(line),
		"the face in the picture is not the one of profile %s, which is ignored "
		"meanwhile; run effigy calibrate with a new name, or unset EFFIGY_FACE",
		name);
	if (ef_problem_is_new(&work->another, line, ef_now_ns())) {
		zsys_warning("%s", line);
	}
}

static int step(void *self, const ef_message_t *in, ef_message_t *out)
{
	work_t *work = self;

	out->head.kind = EF_EXPRESSION;
	ef_normaliser_step(work->normaliser, &in->head, &in->face, &out->expression);
	if (work->face != NULL) {
		report_another(work);
	}
	if (work->data != NULL && ef_data_write(work->data, in, out) == -1) {
		zsys_error("cannot write --data %s: %s", work->path, strerror(errno));
		return -1;
	}
	return 1;
}

/* Returns 0, or -1 after logging what is wrong with the solver. */
static int open_solver(work_t *work)
{
	char why[256];

	work->normaliser = ef_normaliser_new(work->solver, why, sizeof(why));
	if (work->normaliser == NULL) {
		zsys_error("cannot use the solver's weights %s: %s; install Effigy again, or give "
			   "another file with --solver",
			work->solver, why);
		return -1;
	}
	return 0;
}

/* Returns 0, or -1 after logging what is wrong with the profile. */
static int open_face(work_t *work)
{
	ef_profile_t profile;
	char why[256];

	if (work->face == NULL) {
		return 0;
	}
	if (ef_profile_load(&profile, work->face, why, sizeof(why)) == -1) {
		zsys_error("cannot use the profile %s: %s; make it again with effigy calibrate",
			work->face, why);
		return -1;
	}
	ef_normaliser_know(work->normaliser, &profile);
	return 0;
}

static int run(ef_stage_t *stage, work_t *work)
{
	int status = 1;

	if (open_solver(work) == -1) {
		return 1;
	}
	if (open_face(work) == -1) {
		ef_normaliser_destroy(&work->normaliser);
		return 1;
	}
	if (work->path != NULL) {
		work->data = ef_data_open(work->path);
		if (work->data == NULL) {
			ef_normaliser_destroy(&work->normaliser);
			return 1;
		}
	}
	if (ef_stage_open(stage) == 0) {
		status = ef_stage_run(stage, step, NULL, work);
	}
	if (ef_data_close(work->data) == -1 && status == 0) {
		zsys_error("cannot write --data %s: %s", work->path, strerror(errno));
		status = 1;
	}
	ef_normaliser_destroy(&work->normaliser);
	return status;
}

int main(int argc, char **argv)
{
	ef_stage_t stage = {.name = "normaliser",
		.in = "faces",
		.out = "expressions",
		.accepts = EF_FACE,
		.deals = 1};
	char *solver = ef_model_file("solver.weights");
	work_t work = {.stage = &stage, .solver = solver};
	const ef_usage_t usage = {
		.program = "effigy-normaliser",
		.purpose = "Turns face landmarks into ARKit coefficients and the head's pose.",
		.footer = "--out none sends no expressions, for use with --data.",
	};
	const ef_option_t own[] = {
		{"solver", EF_OPTION_TEXT, &work.solver, "FILE", "weights of the solver", 0, 0,
			NULL},
		{"face", EF_OPTION_TEXT, &work.face, "FILE",
			"profile of the person's face, as effigy-calibrate writes it", 0, 0, NULL},
		{"data", EF_OPTION_TEXT, &work.path, "FILE",
			"write a line of JSON for each face received; - for stdout", 0, 0, NULL},
		{0},
	};
	int status = ef_stage_options(&stage, &usage, own, argc, argv);

	if (status == -1) {
		status = run(&stage, &work);
	}
	ef_stage_close(&stage);
	free(solver);
	return status;
}
