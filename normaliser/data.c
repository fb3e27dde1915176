#include "normaliser/data.h"

#include <czmq.h>
#include <errno.h>
#include <string.h>

#include "proto/stage/json.h"

FILE *ef_data_open(const char *path)
{
	FILE *file = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");

	if (file == NULL) {
		zsys_error("cannot write --data %s: %s", path, strerror(errno));
	}
	return file;
}

/* Numbers with the digits that they are worth. */
#define PIXELS "%.2f"
#define COEFFICIENT "%.4f"
#define WIDTHS "%.4f"
#define QUATERNION "%.6f"

static json_object *make_numbers(const float *values, size_t count, const char *format)
{
	json_object *array = json_object_new_array_ext((int)count);

	for (size_t i = 0; i < count; i++) {
		json_object_array_add(array, ef_json_number(values[i], format));
	}
	return array;
}

static void add_reading(json_object *face, const ef_reading_t *read)
{
	json_object *object = json_object_new_object();

	json_object_object_add(object, "lids", make_numbers(read->lids, 2, COEFFICIENT));
	json_object_object_add(object, "gaze", make_numbers(read->gaze, 4, COEFFICIENT));
	json_object_object_add(object, "brows", make_numbers(read->brows, 4, COEFFICIENT));
	json_object_object_add(object, "mouth", make_numbers(read->mouth, 2, COEFFICIENT));
	json_object_object_add(object, "sure", make_numbers(read->sure, 3, COEFFICIENT));
	json_object_object_add(face, "read", object);
}

static void add_face(json_object *line, const ef_face_t *face)
{
	json_object *object = json_object_new_object(), *box = NULL, *pts = NULL;

	if (face->state == EF_TRACKED) {
		box = make_numbers(face->box, 4, PIXELS);
		pts = make_numbers(face->pts, 2 * EF_LANDMARKS, PIXELS);
	}
	json_object_object_add(line, "face", object);
	json_object_object_add(object, "state", ef_json_text(ef_state_name(face->state)));
	json_object_object_add(object, "box", box);
	json_object_object_add(object, "pts", pts);
	if (face->is_read) {
		add_reading(object, &face->read);
	}
	if (face->is_pitched) {
		json_object_object_add(object, "pitch", ef_json_number(face->pitch, COEFFICIENT));
	}
}

/* The known ones of a number for each coefficient, by name. */
static json_object *make_known(const float *values, uint64_t known)
{
	json_object *object = json_object_new_object();

	for (int c = 0; c < EF_COEFF_COUNT; c++) {
		if (known >> c & 1) {
			json_object_object_add(
				object, ef_coeff_name(c), ef_json_number(values[c], COEFFICIENT));
		}
	}
	return object;
}

static void add_expression(json_object *line, const ef_expression_t *expression)
{
	json_object *object = json_object_new_object(), *head = json_object_new_object();

	json_object_object_add(head, "q", make_numbers(expression->q, 4, QUATERNION));
	json_object_object_add(head, "t", make_numbers(expression->t, 3, WIDTHS));
	json_object_object_add(line, "expression", object);
	json_object_object_add(object, "state", ef_json_text(ef_state_name(expression->state)));
	json_object_object_add(object, "coeff", make_known(expression->coeff, expression->known));
	json_object_object_add(object, "head", head);
	if (expression->is_sure) {
		json_object_object_add(
			object, "sure", make_known(expression->sure, expression->known));
	}
}

int ef_data_write(FILE *file, const ef_message_t *face, const ef_message_t *expression)
{
	json_object *line = json_object_new_object();

	json_object_object_add(line, "seq", json_object_new_uint64(face->head.seq));
	json_object_object_add(line, "t", json_object_new_int64(face->head.t));
	add_face(line, &face->face);
	add_expression(line, &expression->expression);
	return ef_json_write(file, line) == -1 || fflush(file) == EOF ? -1 : 0;
}

int ef_data_close(FILE *file)
{
	if (file == NULL) {
		return 0;
	}
	return file == stdout ? (fflush(file) == EOF ? -1 : 0) : (fclose(file) == EOF ? -1 : 0);
}
