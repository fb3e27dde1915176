/* Webcam controls as a user writes them: an accepted list has every part, named as by v4l2-ctl,
 * and a refused one is reported. */
#include <stdlib.h>
#include <string.h>

#include "capture/v4l2/v4l2_controls.h"
#include "tests/fuzz/fuzz.h"

static void check_taken(const ef_controls_t *controls, const char *text)
{
	int parts = 1;

	for (const char *c = text; *c != '\0'; c++) {
		parts += *c == ',';
	}
	fuzz_check(controls->count == parts && parts <= EF_CONTROLS_MAX, "every part is taken");
	for (int i = 0; i < controls->count; i++) {
		const char *name = controls->wanted[i].name;
		char again[EF_CONTROL_TEXT];

		fuzz_check(name[0] != '\0' && memchr(name, '\0', EF_CONTROL_TEXT) != NULL &&
				   memchr(controls->wanted[i].value, '\0', EF_CONTROL_TEXT) != NULL,
			"names and values are texts that end");
		ef_control_normalise(name, again);
		fuzz_check(strcmp(name, again) == 0, "a name is normalised once");
		fuzz_check(ef_control_is(name, name), "a name is its own");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size), why[256] = "";
	ef_controls_t controls;

	if (ef_controls_parse(text, &controls, why, sizeof(why)) == 0) {
		check_taken(&controls, text);
	} else {
		fuzz_check(why[0] != '\0', "a refusal has a reason");
	}
	free(text);
	return 0;
}
