#include "normaliser/person/eyelids.h"

#include <math.h>

/* Shares of the neutral height, seen with dlib's model on ten people: 0.4 to 0.7 when closed;
 * glasses and small pictures give the high ones. */
#define CLOSED_FIRST 0.54
#define CLOSED_MIN 0.25
#define CLOSED_MAX 0.70
#define OPEN_MIN 0.7
#define OPEN_MAX 2.5

/* Time constants in seconds with which the open height follows upwards and downwards: a neutral
 * face learned with half-closed eyes is corrected, reading for a while is not learned. */
#define OPEN_RISE 6.0
#define OPEN_FALL 20.0
#define STILL_OPEN 0.8 /* of the open height; less is a blink or a look down */

/* A closure begins above CLOSING and ends below OPENING; a short one is a blink. */
#define CLOSING 0.5
#define OPENING 0.3
#define BLINK_LONGEST 0.6 /* seconds */
#define BLINK_MARGIN 0.05 /* a height this much above a blink's lowest already counts as closed */
#define LEARN_DEEPER 0.5 /* share of the difference that is adopted from each blink */
#define LEARN_SHALLOWER 0.3
#define LEARN_NOW 0.3 /* and from each frame in which the eyes are further closed than known */

/* Closed lids must reach 1: the last part of the way is noise. */
#define GAIN 1.12

/* The two lids rarely differ, their measurements always do: in the blinks of ten people by up to
 * 0.14 of closure. In a wink the tracker's other eye follows by more than half of the way: from
 * a difference of WINK on it is regarded as open. */
#define SAME 0.15
#define WINK 0.28

void ef_eyelids_init(ef_eyelids_t *lids)
{
	*lids = (ef_eyelids_t){.open = 1, .closed = CLOSED_FIRST};
}

static double clamp(double value, double low, double high)
{
	return value < low ? low : value > high ? high : value;
}

static void follow_open(ef_eyelids_t *lids, double height, double dt, int alert)
{
	double constant = height > lids->open ? OPEN_RISE : OPEN_FALL;

	if ((height > lids->open && alert) || height < STILL_OPEN * lids->open) {
		return;
	}
	lids->open += (1 - exp(-dt / constant)) * (height - lids->open);
	lids->open = clamp(lids->open, OPEN_MIN, OPEN_MAX);
}

static void learn_closed(ef_eyelids_t *lids, double height, double share)
{
	lids->closed += share * (height + BLINK_MARGIN - lids->closed);
	lids->closed = clamp(lids->closed, CLOSED_MIN * lids->open, CLOSED_MAX * lids->open);
}

static double closure_of(const ef_eyelids_t *lids, double height)
{
	return GAIN * (lids->open - height) / (lids->open - lids->closed);
}

static void follow_closed(ef_eyelids_t *lids, double height, double dt)
{
	double closure = closure_of(lids, height);

	if (height + BLINK_MARGIN < lids->closed) {
		learn_closed(lids, height, LEARN_NOW);
	}
	if (lids->lasted > 0 && closure < OPENING) {
		if (lids->lasted < BLINK_LONGEST) {
			learn_closed(lids, lids->lowest,
				lids->lowest < lids->closed ? LEARN_DEEPER : LEARN_SHALLOWER);
		}
		lids->lasted = 0;
	} else if (lids->lasted > 0 || closure > CLOSING) {
		lids->lowest = lids->lasted > 0 ? fmin(lids->lowest, height) : height;
		lids->lasted += dt;
	}
}

/* Makes both closures equal when they differ by noise, and one open when they differ by a wink. */
static void couple(double noise, double closure[EF_EYES])
{
	double middle = (closure[EF_EYE_LEFT] + closure[EF_EYE_RIGHT]) / 2;
	double apart = closure[EF_EYE_LEFT] - closure[EF_EYE_RIGHT];
	double wink = clamp((fabs(apart) - SAME * noise) / (WINK - SAME), 0, 1);
	int shut = apart > 0 ? EF_EYE_LEFT : EF_EYE_RIGHT;
	double most = closure[shut];

	closure[shut] = middle + wink * (most - middle);
	closure[1 - shut] = middle * (1 - wink);
}

void ef_eyelids_step(ef_eyelids_t *lids, const double height[EF_EYES], double dt, int alert,
	double noise, double closure[EF_EYES])
{
	double mean = (height[EF_EYE_LEFT] + height[EF_EYE_RIGHT]) / 2;

	follow_open(lids, mean, dt, alert);
	follow_closed(lids, mean, dt);
	for (int eye = 0; eye < EF_EYES; eye++) {
		closure[eye] = closure_of(lids, height[eye]);
	}
	couple(noise, closure);
}
