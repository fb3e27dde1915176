/* The stand-by card: its text fits and is drawn, at any size. */
#include <stdlib.h>
#include <string.h>

#include "proto/picture/dot_font.h"
#include "proto/wire/image.h"
#include "sink/card.h"
#include "tests/unit/unit.h"

#define STATE "waiting for the character"
#define HINT "no picture from blender-node for 86400 s"

static uint8_t *draw(int w, int h, const char *state, const char *hint)
{
	size_t size = ef_image_size(EF_I420, w, h);
	/* Of exactly that size, so that a sanitizer sees a dot beside it. */
	uint8_t *card = malloc(size);

	memset(card, 0xff, size);
	ef_card_draw(card, w, h, state, hint);
	return card;
}

static int is_lit(const uint8_t *card, int w, int x, int y)
{
	return card[y * w + x] > 90;
}

static void text_stays_inside_the_picture(void **state)
{
	static const int sizes[][2] = {{160, 120}, {320, 240}, {640, 480}, {1280, 720}, {240, 320}};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		int w = sizes[i][0], h = sizes[i][1], lit = 0;
		uint8_t *card = draw(w, h, STATE, HINT);

		for (int y = 0; y < h; y++) {
			for (int x = 0; x < w; x++) {
				int near_edge = x < w / 32 || x >= w - w / 32 || y >= h - h / 32;

				assert_false(near_edge && is_lit(card, w, x, y));
				lit += is_lit(card, w, x, y);
			}
		}
		assert_in_range(lit, w * h / 60, w * h / 5);
		free(card);
	}
}

static void the_state_is_drawn(void **state)
{
	uint8_t *one = draw(320, 240, STATE, HINT), *other = draw(320, 240, "starting", HINT);
	int differ = 0;

	(void)state;
	for (int i = 0; i < 320 * 240; i++) {
		differ += abs(one[i] - other[i]) > 60;
	}
	assert_in_range(differ, 300, 10000);
	free(one);
	free(other);
}

static void the_card_is_limited_range(void **state)
{
	uint8_t *card = draw(320, 240, STATE, HINT);

	(void)state;
	for (size_t i = 0; i < ef_image_size(EF_I420, 320, 240); i++) {
		assert_in_range(card[i], 16, 240);
	}
	free(card);
}

static void long_text_takes_two_lines_then_shrinks(void **state)
{
	ef_card_fit_t fit = ef_card_fit("short", 2, 300);

	(void)state;
	assert_int_equal(fit.lines, 1);
	assert_true(fit.dot == 2);
	fit = ef_card_fit("twice as long as it could be", 2, 200);
	assert_int_equal(fit.lines, 2);
	assert_int_equal(fit.split, strlen("twice as long"));
	assert_true(fit.dot == 2);
	fit = ef_card_fit("twice as long as it could be", 2, 60);
	assert_int_equal(fit.lines, 2);
	assert_true(fit.dot < 2 && fit.dot > 0);
	fit = ef_card_fit("unbreakablyunbreakably", 2, 60);
	assert_int_equal(fit.lines, 1);
	assert_true(fit.dot < 2 && fit.dot > 0);
}

static void empty_and_unprintable_text_is_safe(void **state)
{
	(void)state;
	free(draw(320, 240, "", ""));
	free(draw(320, 240, " ", "      "));
	free(draw(320, 240, "\x01\xff\n", "\xc3\xa9"));
	free(draw(2, 2, STATE, HINT));
	free(draw(16, 4096, STATE, HINT));
}

static void each_letter_has_its_own_shape(void **state)
{
	(void)state;
	for (char a = '!'; a <= '~'; a++) {
		for (char b = '!'; b < a; b++) {
			assert_memory_not_equal(
				ef_dot_font_glyph(a), ef_dot_font_glyph(b), EF_DOT_FONT_W);
		}
	}
	assert_ptr_equal(ef_dot_font_glyph('\n'), ef_dot_font_glyph('?'));
	assert_ptr_equal(ef_dot_font_glyph((char)0xff), ef_dot_font_glyph('?'));
}

static int differences(const char *one_hint, const char *other_hint)
{
	uint8_t *one = draw(320, 240, STATE, one_hint), *other = draw(320, 240, STATE, other_hint);
	int differ = 0;

	for (int i = 0; i < 320 * 240; i++) {
		differ += abs(one[i] - other[i]) > 40;
	}
	free(one);
	free(other);
	return differ;
}

static void every_word_of_the_hint_is_drawn(void **state)
{
	(void)state;
	/* Too long for one line: either half of it counts, and equal texts are equal pictures. */
	assert_int_equal(ef_card_fit(HINT "; see effigy status", 2, 200).lines, 2);
	assert_true(differences(HINT "; see effigy status", HINT "; see effigy logsss") > 20);
	assert_true(differences(HINT "; see effigy status",
			    "by picture from blender-node for 86400 s; see effigy status") > 20);
	assert_int_equal(differences(HINT, HINT), 0);
	/* What is drawn are the letters, not what is around them. */
	assert_true(differences("", "........") * 2 < differences("", "########"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_stays_inside_the_picture),
		cmocka_unit_test(the_state_is_drawn),
		cmocka_unit_test(the_card_is_limited_range),
		cmocka_unit_test(long_text_takes_two_lines_then_shrinks),
		cmocka_unit_test(empty_and_unprintable_text_is_safe),
		cmocka_unit_test(each_letter_has_its_own_shape),
		cmocka_unit_test(every_word_of_the_hint_is_drawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
