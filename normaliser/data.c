#include "normaliser/data.h"

#include <czmq.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

FILE *ef_data_open(const char *path)
{
	FILE *file = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");

	if (file == NULL) {
		zsys_error("cannot write --data %s: %s", path, strerror(errno));
	}
	return file;
}

/* JSON cannot express NaN and infinity: they become null. */
static void put_number(FILE *file, double value, int decimals)
{
	if (isfinite(value)) {
		fprintf(file, "%.*f", decimals, value);
	} else {
		fputs("null", file);
	}
}

static void put_numbers(FILE *file, const float *values, int count, int decimals)
{
	fputc('[', file);
	for (int i = 0; i < count; i++) {
		if (i > 0) {
			fputc(',', file);
		}
		put_number(file, values[i], decimals);
	}
	fputc(']', file);
}

static void put_face(FILE *file, const ef_face_t *face)
{
	fprintf(file, "\"face\":{\"state\":\"%s\",\"box\":", ef_state_name(face->state));
	if (face->state != EF_TRACKED) {
		fputs("null,\"pts\":null}", file);
		return;
	}
	put_numbers(file, face->box, 4, 2);
	fputs(",\"pts\":", file);
	put_numbers(file, face->pts, 2 * EF_LANDMARKS, 2);
	fputc('}', file);
}

static void put_expression(FILE *file, const ef_expression_t *expression)
{
	const char *comma = "";

	fprintf(file, "\"expression\":{\"state\":\"%s\",\"coeff\":{",
		ef_state_name(expression->state));
	for (int c = 0; c < EF_COEFF_COUNT; c++) {
		if (expression->known >> c & 1) {
			fprintf(file, "%s\"%s\":", comma, ef_coeff_name(c));
			put_number(file, expression->coeff[c], 4);
			comma = ",";
		}
	}
	fputs("},\"head\":{\"q\":", file);
	put_numbers(file, expression->q, 4, 6);
	fputs(",\"t\":", file);
	put_numbers(file, expression->t, 3, 4);
	fputs("}}", file);
}

int ef_data_write(FILE *file, const ef_message_t *face, const ef_message_t *expression)
{
	fprintf(file, "{\"seq\":%" PRIu64 ",\"t\":%" PRId64 ",", face->head.seq, face->head.t);
	put_face(file, &face->face);
	fputc(',', file);
	put_expression(file, &expression->expression);
	fputs("}\n", file);
	return fflush(file) == EOF || ferror(file) ? -1 : 0;
}

int ef_data_close(FILE *file)
{
	if (file == NULL) {
		return 0;
	}
	return file == stdout ? (fflush(file) == EOF ? -1 : 0) : (fclose(file) == EOF ? -1 : 0);
}
