#include "normaliser/person/coefficients.h"

#include <math.h>

/* What a full expression moves, in widths of the head (about 14 cm), from the clips of ten people
 * and dlib's landmarks. */
#define JAW_RANGE 0.16 /* between the inner lips, mouth wide open */
#define SMILE_OUT 0.050 /* a corner of the mouth, sideways */
#define SMILE_UP 0.040 /* and up */
#define FROWN_RANGE 0.035
#define STRETCH_RANGE 0.050
#define PUCKER_RANGE 0.035 /* each corner, inwards */
#define ASIDE_RANGE 0.045 /* the whole mouth */
#define UPPER_RANGE 0.035
#define LOWER_RANGE 0.035
#define WIDE_RANGE 0.35 /* of the neutral height of the eye */
#define BROW_UP_RANGE 0.050
#define BROW_DOWN_RANGE 0.030

/* An opening jaw pulls the corners of the mouth down by 0 to 0.55 of its way, person by person, and
 * a little inwards: what is between these two is neither a smile nor a frown. */
#define JAW_PULLS_DOWN 0.30
#define JAW_FROWNS 0.60
#define JAW_PULLS_IN 0.03
#define PUCKER_FROWNS 0.6
#define JAW_ROUNDS 0.15 /* no more of a pucker than that */

/* A smile takes a corner outwards and up; only one of the two is mostly something else. */
#define SMILE_BOTH 0.75

/* Of the lower lip's way down, what an opening jaw explains beyond the chin's own way, which the
 * tracker sees too small. */
#define JAW_TAKES_LIP 0.5

/* On a head turned by this much (radians), both corners going the same way are an error of their
 * depth, not a crooked smile. */
#define DRIFT_TURN 0.35
#define DRIFT_SHARE 0.8 /* of a mouth to one side is then not believed */

/* The mouth is rounded as a funnel, not a pucker, when the lips stand this far apart. */
#define FUNNEL_FROM 0.02
#define FUNNEL_FULL 0.06

/* The gap between closed lips, as the tracker sees it: widths of the head, seconds. */
#define LIPS_FIRST 0.03
#define LIPS_FALL 0.3
#define LIPS_RISE 20.0

/* Closing lids pull the corners of the eyes down in the tracker's picture of a face, and the head
 * with them, so that the brows seem to rise by this share. */
#define LIDS_LIFT_BROWS 0.5

/* No open eye is lower than this, in widths of the head, however sleepy the neutral face. */
#define EYE_MIN 0.045

/* Eyes on a head turned by an angle (radians) seem lower by this times its square: 0.05 at 15
 * degrees on a real face, 0.2 at 25 on a modelled one. */
#define TURN_NARROWS 0.8
#define NARROWS_MAX 0.3

#define ALERT 0.3 /* brows up by this much */

#define DEAD_HEAD 110.0 /* pixels */
#define DEAD_GROWTH_MAX 2.5
#define DEAD_GROWTH_MIN 0.7
#define DEAD_MAX 0.6
#define DEAD_TURN 0.25 /* radians: turned by this much, errors of depth double the noise */

#define BIT(coefficient) ((uint64_t)1 << (coefficient))

const uint64_t ef_coefficients_known =
	BIT(EF_JAW_OPEN) | BIT(EF_MOUTH_SMILE_LEFT) | BIT(EF_MOUTH_SMILE_RIGHT) |
	BIT(EF_MOUTH_FROWN_LEFT) | BIT(EF_MOUTH_FROWN_RIGHT) | BIT(EF_MOUTH_STRETCH_LEFT) |
	BIT(EF_MOUTH_STRETCH_RIGHT) | BIT(EF_MOUTH_PUCKER) | BIT(EF_MOUTH_FUNNEL) |
	BIT(EF_MOUTH_LEFT) | BIT(EF_MOUTH_RIGHT) | BIT(EF_MOUTH_UPPER_UP_LEFT) |
	BIT(EF_MOUTH_UPPER_UP_RIGHT) | BIT(EF_MOUTH_LOWER_DOWN_LEFT) |
	BIT(EF_MOUTH_LOWER_DOWN_RIGHT) | BIT(EF_EYE_BLINK_LEFT) | BIT(EF_EYE_BLINK_RIGHT) |
	BIT(EF_EYE_WIDE_LEFT) | BIT(EF_EYE_WIDE_RIGHT) | BIT(EF_BROW_DOWN_LEFT) |
	BIT(EF_BROW_DOWN_RIGHT) | BIT(EF_BROW_INNER_UP) | BIT(EF_BROW_OUTER_UP_LEFT) |
	BIT(EF_BROW_OUTER_UP_RIGHT);

/* The same feature on either side of the face, [0] the subject's left. */
typedef struct {
	ef_coeff_t smile, frown, stretch, upper_up, lower_down, wide, blink, brow_down, outer_up;
	double outwards; /* sign of x away from the middle */
	int corner[2]; /* of the mouth, outer and inner */
	int upper_lip[2], lower_lip[2];
	int upper_lid[2], lower_lid[2];
	int inner_brow[2], outer_brow[2];
} side_t;

static const side_t sides[EF_EYES] = {
	{EF_MOUTH_SMILE_LEFT, EF_MOUTH_FROWN_LEFT, EF_MOUTH_STRETCH_LEFT, EF_MOUTH_UPPER_UP_LEFT,
		EF_MOUTH_LOWER_DOWN_LEFT, EF_EYE_WIDE_LEFT, EF_EYE_BLINK_LEFT, EF_BROW_DOWN_LEFT,
		EF_BROW_OUTER_UP_LEFT, 1, {54, 64}, {52, 63}, {56, 65}, {43, 44}, {46, 47},
		{22, 23}, {25, 26}},
	{EF_MOUTH_SMILE_RIGHT, EF_MOUTH_FROWN_RIGHT, EF_MOUTH_STRETCH_RIGHT,
		EF_MOUTH_UPPER_UP_RIGHT, EF_MOUTH_LOWER_DOWN_RIGHT, EF_EYE_WIDE_RIGHT,
		EF_EYE_BLINK_RIGHT, EF_BROW_DOWN_RIGHT, EF_BROW_OUTER_UP_RIGHT, -1, {48, 60},
		{50, 61}, {58, 67}, {37, 38}, {40, 41}, {20, 21}, {17, 18}},
};

/* How far two points have moved, on the mean. */
static double moved(
	const ef_landmarks_t *face, const ef_landmarks_t *neutral, const int pair[2], int axis)
{
	return (face->p[pair[0]][axis] - neutral->p[pair[0]][axis] + face->p[pair[1]][axis] -
		       neutral->p[pair[1]][axis]) /
	       2;
}

static double height_of(const ef_landmarks_t *face, const int upper[2], const int lower[2])
{
	return (face->p[upper[0]][1] + face->p[upper[1]][1] - face->p[lower[0]][1] -
		       face->p[lower[1]][1]) /
	       2;
}

static double lips_apart(const ef_landmarks_t *face)
{
	double sum = 0;

	for (int i = 0; i < 3; i++) {
		sum += face->p[61 + i][1] - face->p[67 - i][1];
	}
	return sum / 3;
}

/* The lips' own rest: talking through the first second must not count as a closed mouth, so the
 * narrowest gap is followed at once and let go slowly. */
static double follow_lips(ef_features_t *learned, const ef_landmarks_t *face,
	const ef_landmarks_t *neutral, double dt)
{
	double gap = lips_apart(face);

	learned->lips = fmin(learned->lips, lips_apart(neutral));
	if (gap < learned->lips) {
		learned->lips += (1 - exp(-dt / LIPS_FALL)) * (gap - learned->lips);
	} else {
		learned->lips += (1 - exp(-dt / LIPS_RISE)) * (lips_apart(neutral) - learned->lips);
	}
	return gap - learned->lips;
}

/* Returns how far the lower lip has gone down, in widths of the head. */
static double measure_jaw(
	const ef_landmarks_t *face, const ef_landmarks_t *neutral, double gap, double values[])
{
	static const int upper[2] = {61, 63};
	double up = moved(face, neutral, upper, 1);
	double down = gap - fmax(0, up);

	values[EF_JAW_OPEN] = down / JAW_RANGE;
	return down;
}

static void measure_corner(const ef_landmarks_t *face, const ef_landmarks_t *neutral,
	const side_t *side, double jaw, double drift, double values[], double *inwards)
{
	double open = fmax(0, jaw);
	double out = side->outwards * (moved(face, neutral, side->corner, 0) - drift) +
		     JAW_PULLS_IN * open;
	double up = moved(face, neutral, side->corner, 1) + JAW_PULLS_DOWN * open;

	values[side->smile] = SMILE_BOTH * fmin(out / SMILE_OUT, up / SMILE_UP) +
			      (1 - SMILE_BOTH) * fmax(out / SMILE_OUT, up / SMILE_UP);
	/* Rounded lips pull the corners down too. */
	values[side->frown] = -(up + (JAW_FROWNS - JAW_PULLS_DOWN) * open) / FROWN_RANGE -
			      PUCKER_FROWNS * fmax(0, -out) / PUCKER_RANGE;
	values[side->stretch] = (out - fmax(0, up)) / STRETCH_RANGE;
	*inwards -= (out + (JAW_ROUNDS - JAW_PULLS_IN) * open) / 2;
}

static void measure_lips(const ef_landmarks_t *face, const ef_landmarks_t *neutral,
	const side_t *side, double jaw, double values[])
{
	static const int chin[2] = {EF_POINT_CHIN - 1, EF_POINT_CHIN + 1};
	double drop = fmax(0, -moved(face, neutral, chin, 1)) + JAW_TAKES_LIP * fmax(0, jaw);

	values[side->upper_up] = moved(face, neutral, side->upper_lip, 1) / UPPER_RANGE;
	values[side->lower_down] = (-moved(face, neutral, side->lower_lip, 1) - drop) / LOWER_RANGE;
}

/* The one nearer to 0, or 0 between two of different sign. */
static double lesser(double a, double b)
{
	return a * b <= 0 ? 0 : fabs(a) < fabs(b) ? a : b;
}

static void measure_mouth(const ef_landmarks_t *face, const ef_landmarks_t *neutral, double gap,
	double turned, double values[])
{
	static const int corners[2] = {EF_POINT_MOUTH_LEFT, EF_POINT_MOUTH_RIGHT},
			 middle[2] = {51, 57};
	double jaw = measure_jaw(face, neutral, gap, values), inwards = 0, funnel;

	double share = fmin(1, turned / DRIFT_TURN);
	double drift = share * moved(face, neutral, corners, 0);

	for (int i = 0; i < EF_EYES; i++) {
		measure_corner(face, neutral, &sides[i], jaw, drift, values, &inwards);
		measure_lips(face, neutral, &sides[i], jaw, values);
	}
	funnel = fmin(fmax((gap - FUNNEL_FROM) / (FUNNEL_FULL - FUNNEL_FROM), 0), 1);
	values[EF_MOUTH_PUCKER] = (1 - funnel) * inwards / PUCKER_RANGE;
	values[EF_MOUTH_FUNNEL] = funnel * inwards / PUCKER_RANGE;
	/* Both go along, or it is half a smile. */
	values[EF_MOUTH_LEFT] =
		(1 - DRIFT_SHARE * share) *
		lesser(moved(face, neutral, corners, 0), moved(face, neutral, middle, 0)) /
		ASIDE_RANGE;
	values[EF_MOUTH_RIGHT] = -values[EF_MOUTH_LEFT];
}

static void measure_brow(const ef_landmarks_t *face, const ef_landmarks_t *neutral,
	const side_t *side, double closing, double values[])
{
	double lift = LIDS_LIFT_BROWS * closing;
	double inner = moved(face, neutral, side->inner_brow, 1);
	double outer = moved(face, neutral, side->outer_brow, 1);

	values[side->brow_down] = -inner / BROW_DOWN_RANGE;
	values[side->outer_up] = (outer - lift) / BROW_UP_RANGE;
	values[EF_BROW_INNER_UP] += (inner - lift) / 2 / BROW_UP_RANGE;
}

static double coarseness(const ef_view_t *view)
{
	double growth = DEAD_HEAD / fmax(view->head_pixels, 1);

	return fmin(fmax(growth, DEAD_GROWTH_MIN), DEAD_GROWTH_MAX);
}

/* 1 for a head 110 pixels wide that looks straight ahead. */
static double noise_of(const ef_view_t *view)
{
	return coarseness(view) * (1 + fabs(view->turned) / DEAD_TURN);
}

/* Eyes widen together, their measurements jitter apart. */
static double mix(double own, double other)
{
	return 0.65 * own + 0.35 * other;
}

void ef_features_init(ef_features_t *learned)
{
	ef_eyelids_init(&learned->lids);
	learned->lips = LIPS_FIRST;
}

void ef_coefficients_measure(const ef_landmarks_t *face, const ef_landmarks_t *neutral,
	ef_features_t *learned, const ef_view_t *view, double dt, double values[EF_COEFF_COUNT])
{
	double height[EF_EYES], closure[EF_EYES];
	double narrowed = 1 - fmin(TURN_NARROWS * view->turned * view->turned, NARROWS_MAX);

	values[EF_BROW_INNER_UP] = 0;
	for (int i = 0; i < EF_EYES; i++) {
		const side_t *side = &sides[i];
		double rest = fmax(EYE_MIN, height_of(neutral, side->upper_lid, side->lower_lid));
		double open = height_of(face, side->upper_lid, side->lower_lid);

		height[i] = fmin(fmax(open / rest, 0), 3);
		height[i] = fmax(height[i], fmin(height[i] / narrowed, 1));
		measure_brow(face, neutral, side, fmax(0, rest - open), values);
	}
	ef_eyelids_step(&learned->lids, height, dt, values[EF_BROW_INNER_UP] > ALERT,
		noise_of(view), closure);
	for (int i = 0; i < EF_EYES; i++) {
		values[sides[i].blink] = closure[i];
		values[sides[i].wide] =
			(mix(height[i], height[1 - i]) - learned->lids.open) / WIDE_RANGE;
	}
	measure_mouth(face, neutral, follow_lips(learned, face, neutral, dt), view->turned, values);
}

/* What noise there is at a head 110 pixels wide, for what these coefficients are made of. */
static double dead_zone(ef_coeff_t coefficient)
{
	switch (coefficient) {
	case EF_JAW_OPEN:
		return 0.03;
	case EF_EYE_BLINK_LEFT:
	case EF_EYE_BLINK_RIGHT:
	case EF_EYE_WIDE_LEFT:
	case EF_EYE_WIDE_RIGHT:
	case EF_MOUTH_FROWN_LEFT:
	case EF_MOUTH_FROWN_RIGHT:
		return 0.15;
	case EF_BROW_DOWN_LEFT:
	case EF_BROW_DOWN_RIGHT:
		return 0.20;
	default:
		return 0.10;
	}
}

double ef_coefficients_shape(ef_coeff_t coefficient, double value, const ef_view_t *view)
{
	double dead = dead_zone(coefficient);

	/* Opening lips are the one thing a turn hardly changes, and they must match the sound. */
	dead *= coefficient == EF_JAW_OPEN ? coarseness(view) : noise_of(view);
	dead = fmin(dead, DEAD_MAX);
	return fmin(fmax((value - dead) / (1 - dead), 0), 1);
}
