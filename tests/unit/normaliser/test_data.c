/* --data: one JSON object a line; a full disk is reported. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "normaliser/data.h"
#include "tests/unit/unit.h"

static ef_message_t face, expression;

static int set_up(void **state)
{
	(void)state;
	face = (ef_message_t){.head = {.kind = EF_FACE, .seq = 7, .t = 233333333},
		.face = {.w = 640,
			.h = 480,
			.state = EF_TRACKED,
			.n = 1,
			.box = {10, 20.5F, 100, 110}}};
	for (int i = 0; i < 2 * EF_LANDMARKS; i++) {
		face.face.pts[i] = (float)i / 4;
	}
	expression = (ef_message_t){.head = {.kind = EF_EXPRESSION, .seq = 7},
		.expression = {.state = EF_TRACKED, .q = {0, 0, 0, 1}, .t = {0.5F, 0, -0.25F}}};
	ef_expression_set(&expression.expression, EF_JAW_OPEN, 0.125F);
	ef_expression_set(&expression.expression, EF_EYE_BLINK_LEFT, 1);
	return 0;
}

/* The line written; static storage. */
static const char *written(void)
{
	static char line[8192];
	char path[] = "/tmp/effigy-test-data-XXXXXX";
	int descriptor = mkstemp(path);
	FILE *file = ef_data_open(path), *back;

	assert_int_not_equal(descriptor, -1);
	assert_non_null(file);
	assert_int_equal(ef_data_write(file, &face, &expression), 0);
	/* The line is complete before the file is closed. */
	back = fopen(path, "r");
	assert_non_null(back);
	assert_non_null(fgets(line, sizeof(line), back));
	assert_int_equal(fgetc(back), EOF);
	fclose(back);
	assert_int_equal(ef_data_close(file), 0);
	close(descriptor);
	unlink(path);
	return line;
}

static void tracked_face_is_written(void **state)
{
	const char *line = written(), *points;
	int commas = 0;

	(void)state;
	points = strstr(line, "\"pts\":[0.00,0.25,0.50,");
	assert_non_null(points);
	assert_ptr_equal(
		line, strstr(line, "{\"seq\":7,\"t\":233333333,\"face\":{\"state\":\"tracked\","
				   "\"box\":[10.00,20.50,100.00,110.00],\"pts\":["));
	for (; *points != ']'; points++) {
		commas += *points == ',';
	}
	assert_int_equal(commas, 2 * EF_LANDMARKS - 1);
	assert_string_equal(points,
		"]},\"expression\":{\"state\":\"tracked\",\"coeff\":{\"eyeBlinkLeft\":1.0000,"
		"\"jawOpen\":0.1250},\"head\":{\"q\":[0.000000,0.000000,0.000000,1.000000],"
		"\"t\":[0.5000,0.0000,-0.2500]}}}\n");
}

static void certainties_are_written(void **state)
{
	(void)state;
	expression.expression.is_sure = 1;
	expression.expression.sure[EF_JAW_OPEN] = 0.75F;
	assert_non_null(strstr(written(), ",\"t\":[0.5000,0.0000,-0.2500]},\"sure\":"
					  "{\"eyeBlinkLeft\":0.0000,\"jawOpen\":0.7500}}}\n"));
}

static void lost_face_is_written(void **state)
{
	(void)state;
	face.face.state = EF_LOST;
	expression.expression.state = EF_HELD;
	assert_non_null(strstr(written(), "\"face\":{\"state\":\"lost\",\"box\":null,\"pts\":null},"
					  "\"expression\":{\"state\":\"held\","));
}

static void non_finite_numbers_become_null(void **state)
{
	const char *line;

	(void)state;
	face.face.pts[1] = NAN;
	face.face.pts[2] = INFINITY;
	line = written();
	assert_non_null(strstr(line, "\"pts\":[0.00,null,null,0.75,"));
	assert_null(strstr(line, "nan"));
	assert_null(strstr(line, "inf"));
}

static void full_disk_is_reported_at_once(void **state)
{
	FILE *file = ef_data_open("/dev/full");

	(void)state;
	assert_non_null(file);
	errno = 0;
	assert_int_equal(ef_data_write(file, &face, &expression), -1);
	assert_int_equal(errno, ENOSPC);
	fclose(file);
}

static void unwritable_path_gives_null(void **state)
{
	(void)state;
	assert_null(ef_data_open("/nonexistent/data.jsonl"));
	assert_int_equal(ef_data_close(NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(tracked_face_is_written, set_up),
		cmocka_unit_test_setup(certainties_are_written, set_up),
		cmocka_unit_test_setup(lost_face_is_written, set_up),
		cmocka_unit_test_setup(non_finite_numbers_become_null, set_up),
		cmocka_unit_test_setup(full_disk_is_reported_at_once, set_up),
		cmocka_unit_test_setup(unwritable_path_gives_null, set_up),
	};

	return cmocka_run_group_tests_name("data", tests, NULL, NULL);
}
