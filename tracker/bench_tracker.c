/* effigy-bench-tracker: times the tracker's step, and dlib's detector and landmarks on the full
 * frame, for the same frames in one process. Reads Y4M, prints JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/clock.h"
#include "proto/stage/model_file.h"
#include "proto/stage/options.h"
#include "tracker/follow/choice.h"
#include "tracker/dlib_detector.h"
#include "tracker/dlib_predictor.h"
#include "tracker/denoise.h"
#include "tracker/read/face_reader.h"
#include "tracker/track.h"

#define MODEL "/usr/share/dlib/shape_predictor_68_face_landmarks.dat"
#define FACES_MAX 32

typedef struct {
	const char *input, *model;
	int limit; /* frames at most */
	int every; /* dlib's full-frame search, being slow, runs on each such frame */
	FILE *file;
	int w, h, num, den; /* of the stream */
	uint8_t *frame;
	ef_buffer_t smoothed;
	size_t size;
	ef_track_t *track;
	ef_face_reader_t *face_reader;
	ef_detector_t *detector;
	ef_predictor_t *predictor;
	double *ours, *theirs; /* ms */
	int frames, full, found, found_full;
} bench_t;

static int fail(const char *what, const char *which, const char *why)
{
	fprintf(stderr, "effigy-bench-tracker: %s %s: %s\n", what, which, why);
	return -1;
}

static int open_input(bench_t *bench)
{
	char line[256], *rate;

	bench->file = strcmp(bench->input, "-") == 0 ? stdin : fopen(bench->input, "rb");
	if (bench->file == NULL) {
		return fail("cannot read", bench->input, "no such file, or no permission");
	}
	if (fgets(line, sizeof(line), bench->file) == NULL ||
		sscanf(line, "YUV4MPEG2 W%d H%d", &bench->w, &bench->h) != 2 ||
		ef_image_size(EF_I420, bench->w, bench->h) == 0) {
		return fail("cannot read", bench->input,
			"not Y4M; make it with: ffmpeg -i CLIP -pix_fmt yuv420p -f yuv4mpegpipe -");
	}
	bench->num = 30;
	bench->den = 1;
	rate = strstr(line, " F");
	if (rate != NULL && (sscanf(rate, " F%d:%d", &bench->num, &bench->den) != 2 ||
				    bench->num < 1 || bench->den < 1)) {
		return fail("cannot read", bench->input, "its frame rate is not valid");
	}
	bench->size = ef_image_size(EF_I420, bench->w, bench->h);
	bench->frame = malloc(bench->size);
	bench->ours = calloc((size_t)bench->limit, sizeof(double));
	bench->theirs = calloc((size_t)bench->limit, sizeof(double));
	return bench->frame && bench->ours && bench->theirs
		       ? 0
		       : fail("cannot start", "the benchmark", "out of memory");
}

static int open_trackers(bench_t *bench)
{
	char why[256], *weights = ef_model_file("face_reader.weights");

	bench->face_reader = ef_face_reader_load(weights, why, sizeof(why));
	if (bench->face_reader == NULL) {
		fail("cannot use the face reader's weights", weights, why);
		free(weights);
		return -1;
	}
	free(weights);
	bench->track = ef_track_new(bench->model, 100000000, why, sizeof(why));
	if (bench->track == NULL) {
		return fail("cannot use the landmark model", bench->model, why);
	}
	bench->detector = ef_detector_new();
	bench->predictor = ef_predictor_load(bench->model);
	return bench->detector && bench->predictor ? 0
						   : fail("cannot start", "dlib", "out of memory");
}

static int next_frame(bench_t *bench)
{
	char line[256];

	return fgets(line, sizeof(line), bench->file) != NULL && strncmp(line, "FRAME", 5) == 0 &&
	       fread(bench->frame, bench->size, 1, bench->file) == 1;
}

static double full_frame(bench_t *bench, const ef_luma_t *luma)
{
	int64_t start = ef_now_ns();
	ef_found_t found[FACES_MAX];
	float pts[2 * EF_LANDMARKS];
	int count = ef_detector_find(bench->detector, luma, 0, found, FACES_MAX);
	int main = ef_choose_face(found, count, luma->w, luma->h);

	if (main != -1) {
		ef_predictor_landmarks(bench->predictor, luma, found[main].box, pts);
		bench->found_full++;
	}
	return (double)(ef_now_ns() - start) / 1e6;
}

static void measure(bench_t *bench)
{
	ef_luma_t luma = {bench->frame, bench->w, bench->w, bench->h};

	while (bench->frames < bench->limit && next_frame(bench)) {
		int64_t t = (int64_t)(1e9 * bench->frames * bench->den / bench->num), start;
		ef_luma_t seen = luma;
		ef_face_t face;

		start = ef_now_ns();
		ef_denoise(&bench->smoothed, &seen);
		ef_track_step(bench->track, &seen, t, &face);
		if (face.state == EF_TRACKED) {
			ef_face_reader_read(bench->face_reader, &seen, &face);
		}
		bench->ours[bench->frames] = (double)(ef_now_ns() - start) / 1e6;
		/* Here the stage has sent the face. */
		ef_track_check(bench->track, &seen);
		bench->found += face.state == EF_TRACKED;
		if (bench->frames++ % bench->every == 0) {
			bench->theirs[bench->full++] = full_frame(bench, &luma);
		}
	}
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void print(bench_t *bench)
{
	double sum = 0;

	for (int i = 0; i < bench->frames; i++) {
		sum += bench->ours[i];
	}
	qsort(bench->ours, (size_t)bench->frames, sizeof(double), compare);
	qsort(bench->theirs, (size_t)bench->full, sizeof(double), compare);
	printf("{\"p50_ms\": %.3f, \"mean_ms\": %.3f, \"p99_ms\": %.3f, "
	       "\"full_frame_p50_ms\": %.3f, \"frames\": %d, \"found\": %d, "
	       "\"full_frame_frames\": %d, \"full_frame_found\": %d, \"w\": %d, \"h\": %d}\n",
		bench->ours[bench->frames / 2], sum / bench->frames,
		bench->ours[bench->frames * 99 / 100], bench->theirs[bench->full / 2],
		bench->frames, bench->found, bench->full, bench->found_full, bench->w, bench->h);
}

int main(int argc, char **argv)
{
	bench_t bench = {.input = "-", .model = MODEL, .limit = 1000, .every = 5};
	const ef_option_t options[] = {
		{"model", EF_OPTION_TEXT, &bench.model, "FILE",
			"dlib shape predictor of 68 landmarks", 0, 0, NULL},
		{"frames", EF_OPTION_INT, &bench.limit, "N", "stop after N", 1, 100000, NULL},
		{"every", EF_OPTION_INT, &bench.every, "N", "search the full frame of each Nth", 1,
			1000, NULL},
		{0},
	};
	const ef_option_t *const tables[] = {options, NULL};
	const ef_usage_t usage = {
		.program = "effigy-bench-tracker",
		.purpose = "Times the tracker, and dlib on the full frame; reads Y4M, prints JSON.",
		.operand = "FILE",
		.positional = &bench.input,
	};
	int status = ef_options_parse(&usage, tables, argc, argv);

	if (status != -1) {
		return status;
	}
	status = 1;
	if (open_input(&bench) == 0 && open_trackers(&bench) == 0) {
		measure(&bench);
		if (bench.frames > 0) {
			print(&bench);
			status = 0;
		} else {
			fail("cannot read", bench.input, "it has no frames");
		}
	}
	ef_face_reader_destroy(&bench.face_reader);
	ef_track_destroy(&bench.track);
	ef_detector_destroy(&bench.detector);
	ef_predictor_destroy(&bench.predictor);
	ef_buffer_finish(&bench.smoothed);
	free(bench.frame);
	free(bench.ours);
	free(bench.theirs);
	if (bench.file != NULL && bench.file != stdin) {
		fclose(bench.file);
	}
	return status;
}
