/* effigy-bench-unfiltered: what the normaliser would show without its filter, for choosing the filter's
 * settings. It is the normaliser, linked with the two functions below instead of normaliser/filter/calm.c.
 * Reads records of 32-bit floats: 1 when a face is tracked; width and height of the frame; seconds
 * since the last; the 68 landmarks; 1 when there is a reading, and the reading; 1 when the pixels' pitch is
 * known, and that pitch. Writes, for each, a record: 1 when there was something to filter; the appearance;
 * yaw, pitch and roll; the place; the coefficients. */
#include <stdio.h>
#include <string.h>

#include "normaliser/filter/calm.h"
#include "normaliser/normaliser.h"

typedef struct {
	float tracked, w, h, dt, pts[2 * EF_LANDMARKS], is_read;
	ef_reading_t read;
	float is_pitched, pitch;
} seen_t;

typedef struct {
	float valid, appearance[EF_APPEARANCE_NUMBERS], angles[3], place[3],
		coefficients[EF_COEFF_COUNT];
} shown_t;

static shown_t shown;

void ef_calm_appearance(ef_calm_t *calm, ef_appearance_t *seen, double dt)
{
	const double *values = (const double *)seen;

	(void)calm;
	(void)dt;
	shown.valid = 1;
	for (size_t i = 0; i < EF_APPEARANCE_NUMBERS; i++) {
		shown.appearance[i] = (float)values[i];
	}
}

void ef_calm_head(ef_calm_t *calm, double angles[3], double place[3], double dt)
{
	(void)calm;
	(void)dt;
	for (int i = 0; i < 3; i++) {
		shown.angles[i] = (float)angles[i];
		shown.place[i] = (float)place[i];
	}
}

static void show(ef_normaliser_t *normaliser, const seen_t *in, ef_head_t *head)
{
	ef_face_t face = {.w = (int)in->w,
		.h = (int)in->h,
		.state = in->tracked != 0 ? EF_TRACKED : EF_LOST,
		.is_read = in->is_read != 0,
		.read = in->read,
		.is_pitched = in->is_pitched != 0,
		.pitch = in->pitch};
	ef_expression_t expression;

	memcpy(face.pts, in->pts, sizeof(face.pts));
	head->seq++;
	head->t += (int64_t)((double)in->dt * 1e9);
	shown = (shown_t){0};
	ef_normaliser_step(normaliser, head, &face, &expression);
	memcpy(shown.coefficients, expression.coeff, sizeof(shown.coefficients));
}

int main(int argc, char **argv)
{
	char why[256] = "give it the solver's weights";
	ef_normaliser_t *normaliser =
		argc == 2 ? ef_normaliser_new(argv[1], why, sizeof(why)) : NULL;
	ef_head_t head = {.kind = EF_FACE, .src = "bench"};
	seen_t in;

	if (normaliser == NULL) {
		fprintf(stderr, "effigy-bench-unfiltered: %s\n", why);
		return 1;
	}
	while (fread(&in, sizeof(in), 1, stdin) == 1) {
		show(normaliser, &in, &head);
		fwrite(&shown, sizeof(shown), 1, stdout);
	}
	ef_normaliser_destroy(&normaliser);
	return 0;
}
