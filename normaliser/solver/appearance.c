#include "normaliser/solver/appearance.h"

#include <math.h>

/* How far a lid opens at eyeWide 1, as a share of the eye's height at rest. */
#define WIDE_RANGE 0.45

/* What coefficients contribute to the width of the mouth and to the gap between the lips, relative
 * to a smile and to an open jaw: of FaceKit's shapes, rounded. */
#define STRETCH_WIDENS 0.7
#define FUNNEL_NARROWS 0.5
#define FUNNEL_OPENS 0.5

#define BIT(coefficient) ((uint64_t)1 << (coefficient))
/* All but those that landmarks of a face from the front hardly tell: on modelled heads what is told of
 * them has little to do with the truth. */
const uint64_t ef_appearance_known =
	(BIT(EF_COEFF_COUNT) - 1) &
	~(BIT(EF_CHEEK_PUFF) | BIT(EF_CHEEK_SQUINT_LEFT) | BIT(EF_CHEEK_SQUINT_RIGHT) |
		BIT(EF_EYE_SQUINT_LEFT) | BIT(EF_EYE_SQUINT_RIGHT) | BIT(EF_JAW_FORWARD) |
		BIT(EF_JAW_LEFT) | BIT(EF_JAW_RIGHT) | BIT(EF_MOUTH_DIMPLE_LEFT) |
		BIT(EF_MOUTH_DIMPLE_RIGHT) | BIT(EF_MOUTH_PRESS_LEFT) | BIT(EF_MOUTH_PRESS_RIGHT) |
		BIT(EF_TONGUE_OUT));

static double share(double value)
{
	return fmin(fmax(value, 0), 1);
}

/* Makes up - down equal to a signed number, by the smallest change. */
static void balance(double signed_value, double *up, double *down)
{
	double more = signed_value - (*up - *down);
	double *less = more > 0 ? down : up, *grown = more > 0 ? up : down;
	double taken = fmin(fabs(more), *less);

	*less -= taken;
	*grown = share(*grown + fabs(more) - taken);
}

static void show_eyes(const ef_appearance_t *seen, double *c)
{
	static const struct {
		ef_coeff_t blink, wide, out, in, up, down;
	} eyes[2] = {
		{EF_EYE_BLINK_LEFT, EF_EYE_WIDE_LEFT, EF_EYE_LOOK_OUT_LEFT, EF_EYE_LOOK_IN_LEFT,
			EF_EYE_LOOK_UP_LEFT, EF_EYE_LOOK_DOWN_LEFT},
		{EF_EYE_BLINK_RIGHT, EF_EYE_WIDE_RIGHT, EF_EYE_LOOK_OUT_RIGHT, EF_EYE_LOOK_IN_RIGHT,
			EF_EYE_LOOK_UP_RIGHT, EF_EYE_LOOK_DOWN_RIGHT},
	};

	for (int i = 0; i < 2; i++) {
		c[eyes[i].blink] = share(seen->closed[i]);
		c[eyes[i].wide] = share(-seen->closed[i] / WIDE_RANGE);
		c[eyes[i].out] = share(seen->gaze_out[i]);
		c[eyes[i].in] = share(-seen->gaze_out[i]);
		c[eyes[i].up] = share(seen->gaze_up[i]);
		c[eyes[i].down] = share(-seen->gaze_up[i]);
	}
}

static void show_brows(const ef_appearance_t *seen, double *c)
{
	static const ef_coeff_t down[2] = {EF_BROW_DOWN_LEFT, EF_BROW_DOWN_RIGHT};
	static const ef_coeff_t outer[2] = {EF_BROW_OUTER_UP_LEFT, EF_BROW_OUTER_UP_RIGHT};

	c[EF_BROW_INNER_UP] = 0;
	for (int i = 0; i < 2; i++) {
		double up = 0;

		c[down[i]] = 0;
		balance(seen->brow_inner[i], &up, &c[down[i]]);
		c[EF_BROW_INNER_UP] += up / 2;
		c[outer[i]] = share(seen->brow_outer[i] + c[down[i]]);
	}
}

double ef_appearance_width(const double c[EF_COEFF_COUNT])
{
	double smile = (c[EF_MOUTH_SMILE_LEFT] + c[EF_MOUTH_SMILE_RIGHT]) / 2;
	double stretch = (c[EF_MOUTH_STRETCH_LEFT] + c[EF_MOUTH_STRETCH_RIGHT]) / 2;

	return smile + STRETCH_WIDENS * stretch - c[EF_MOUTH_PUCKER] -
	       FUNNEL_NARROWS * c[EF_MOUTH_FUNNEL];
}

static void show_width(double width, double *c)
{
	double stretch = (c[EF_MOUTH_STRETCH_LEFT] + c[EF_MOUTH_STRETCH_RIGHT]) / 2;
	double wide = STRETCH_WIDENS * stretch, change;
	double rest = ef_appearance_width(c) - wide + c[EF_MOUTH_PUCKER];

	balance(width - rest, &wide, &c[EF_MOUTH_PUCKER]);
	change = wide / STRETCH_WIDENS - stretch;
	c[EF_MOUTH_STRETCH_LEFT] = share(c[EF_MOUTH_STRETCH_LEFT] + change);
	c[EF_MOUTH_STRETCH_RIGHT] = share(c[EF_MOUTH_STRETCH_RIGHT] + change);
}

static void show_gap(double gap, double *c)
{
	static const ef_coeff_t baring[] = {EF_MOUTH_UPPER_UP_LEFT, EF_MOUTH_UPPER_UP_RIGHT,
		EF_MOUTH_LOWER_DOWN_LEFT, EF_MOUTH_LOWER_DOWN_RIGHT};
	double room, bared = 0, kept;

	/* Lips that touch bare no teeth, and are no funnel but a pucker. */
	gap = fmax(gap, 0);
	c[EF_MOUTH_FUNNEL] = fmin(c[EF_MOUTH_FUNNEL], gap / FUNNEL_OPENS);
	room = gap - FUNNEL_OPENS * c[EF_MOUTH_FUNNEL];
	for (int i = 0; i < 4; i++) {
		bared += c[baring[i]] / 2;
	}
	kept = bared > room ? room / bared : 1;
	for (int i = 0; i < 4; i++) {
		c[baring[i]] *= kept;
	}
	balance(room - kept * bared, &c[EF_JAW_OPEN], &c[EF_MOUTH_CLOSE]);
	c[EF_MOUTH_CLOSE] = fmin(c[EF_MOUTH_CLOSE], c[EF_JAW_OPEN]);
}

static void show_mouth(const ef_appearance_t *seen, double *c)
{
	balance(seen->corner[0], &c[EF_MOUTH_SMILE_LEFT], &c[EF_MOUTH_FROWN_LEFT]);
	balance(seen->corner[1], &c[EF_MOUTH_SMILE_RIGHT], &c[EF_MOUTH_FROWN_RIGHT]);
	show_gap(seen->gap, c);
	show_width(seen->width, c);
}

void ef_appearance_ease_mouth(ef_appearance_t *seen, double shown)
{
	seen->gap *= shown;
	seen->width *= shown;
	seen->corner[0] *= shown;
	seen->corner[1] *= shown;
	for (int i = 0; i < EF_COEFF_COUNT; i++) {
		seen->coefficients[i] *= shown;
	}
}

void ef_appearance_show(const ef_appearance_t *seen, ef_expression_t *expression)
{
	double c[EF_COEFF_COUNT];

	for (int i = 0; i < EF_COEFF_COUNT; i++) {
		c[i] = share(seen->coefficients[i]);
	}
	show_eyes(seen, c);
	show_brows(seen, c);
	show_mouth(seen, c);
	for (int i = 0; i < EF_COEFF_COUNT; i++) {
		if (ef_appearance_known >> i & 1) {
			ef_expression_set(expression, i, (float)c[i]);
		}
	}
}
