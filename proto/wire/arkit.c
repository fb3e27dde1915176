#include "proto/wire/arkit.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
static const char *const names[EF_COEFF_COUNT] = {
	"eyeBlinkLeft", "eyeLookDownLeft", "eyeLookInLeft", "eyeLookOutLeft", "eyeLookUpLeft",
	"eyeSquintLeft", "eyeWideLeft", "eyeBlinkRight", "eyeLookDownRight", "eyeLookInRight",
	"eyeLookOutRight", "eyeLookUpRight", "eyeSquintRight", "eyeWideRight", "jawForward",
	"jawLeft", "jawRight", "jawOpen", "mouthClose", "mouthFunnel", "mouthPucker", "mouthLeft",
	"mouthRight", "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight",
	"mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight",
	"mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthPressLeft",
	"mouthPressRight", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft",
	"mouthUpperUpRight", "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft",
	"browOuterUpRight", "cheekPuff", "cheekSquintLeft", "cheekSquintRight", "noseSneerLeft",
	"noseSneerRight", "tongueOut",
};
/* clang-format on */

const char *ef_coeff_name(ef_coeff_t coefficient)
{
	return names[coefficient];
}

int ef_coeff_parse(const char *name, size_t length)
{
	for (int i = 0; i < EF_COEFF_COUNT; i++) {
		if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0) {
			return i;
		}
	}
	return -1;
}

ef_coeff_t ef_coeff_mirror(ef_coeff_t coefficient)
{
	static const char *const sides[] = {"Left", "Right"};
	const char *name = names[coefficient];

	for (int i = 0; i < 2; i++) {
		size_t length = strlen(name), side = strlen(sides[i]);

		if (length > side && strcmp(name + length - side, sides[i]) == 0) {
			char other[32];
			int written = snprintf(other, sizeof(other), "%.*s%s", (int)(length - side),
				name, sides[1 - i]);

			return ef_coeff_parse(other, (size_t)written);
		}
	}
	return coefficient;
}
