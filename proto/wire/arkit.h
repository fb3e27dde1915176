/* The 52 blendshape coefficients of ARKit's face tracking (ARFaceAnchor.BlendShapeLocation), in
 * the order of Apple's documentation. Left and Right are the subject's own. */
#ifndef EF_ARKIT_H
#define EF_ARKIT_H

#include <stddef.h>

/* clang-format off */
typedef enum {
	EF_EYE_BLINK_LEFT, EF_EYE_LOOK_DOWN_LEFT, EF_EYE_LOOK_IN_LEFT, EF_EYE_LOOK_OUT_LEFT,
	EF_EYE_LOOK_UP_LEFT, EF_EYE_SQUINT_LEFT, EF_EYE_WIDE_LEFT, EF_EYE_BLINK_RIGHT,
	EF_EYE_LOOK_DOWN_RIGHT, EF_EYE_LOOK_IN_RIGHT, EF_EYE_LOOK_OUT_RIGHT, EF_EYE_LOOK_UP_RIGHT,
	EF_EYE_SQUINT_RIGHT, EF_EYE_WIDE_RIGHT, EF_JAW_FORWARD, EF_JAW_LEFT, EF_JAW_RIGHT,
	EF_JAW_OPEN, EF_MOUTH_CLOSE, EF_MOUTH_FUNNEL, EF_MOUTH_PUCKER, EF_MOUTH_LEFT,
	EF_MOUTH_RIGHT, EF_MOUTH_SMILE_LEFT, EF_MOUTH_SMILE_RIGHT, EF_MOUTH_FROWN_LEFT,
	EF_MOUTH_FROWN_RIGHT, EF_MOUTH_DIMPLE_LEFT, EF_MOUTH_DIMPLE_RIGHT, EF_MOUTH_STRETCH_LEFT,
	EF_MOUTH_STRETCH_RIGHT, EF_MOUTH_ROLL_LOWER, EF_MOUTH_ROLL_UPPER, EF_MOUTH_SHRUG_LOWER,
	EF_MOUTH_SHRUG_UPPER, EF_MOUTH_PRESS_LEFT, EF_MOUTH_PRESS_RIGHT, EF_MOUTH_LOWER_DOWN_LEFT,
	EF_MOUTH_LOWER_DOWN_RIGHT, EF_MOUTH_UPPER_UP_LEFT, EF_MOUTH_UPPER_UP_RIGHT,
	EF_BROW_DOWN_LEFT, EF_BROW_DOWN_RIGHT, EF_BROW_INNER_UP, EF_BROW_OUTER_UP_LEFT,
	EF_BROW_OUTER_UP_RIGHT, EF_CHEEK_PUFF, EF_CHEEK_SQUINT_LEFT, EF_CHEEK_SQUINT_RIGHT,
	EF_NOSE_SNEER_LEFT, EF_NOSE_SNEER_RIGHT, EF_TONGUE_OUT,
	EF_COEFF_COUNT
} ef_coeff_t;
/* clang-format on */

/* "jawOpen" for EF_JAW_OPEN; coefficient in 0..EF_COEFF_COUNT-1. */
const char *ef_coeff_name(ef_coeff_t coefficient);

/* The same on the other side of the face; itself when it has none. */
ef_coeff_t ef_coeff_mirror(ef_coeff_t coefficient);

/* The coefficient of that name (not NUL-terminated), or -1. */
int ef_coeff_parse(const char *name, size_t length);

#endif
