#include "sink/pacer.h"

#include <math.h>

#define MS 1e6
#define STEP_MAX (1 * MS) /* per tick */
#define MARGIN (2 * MS) /* from the usual arrival to the tick */

/* When an arrival has just missed its tick, the next tick comes a whole step later. When an arrival
 * waits for its tick, the next tick comes earlier, by the third power of the wait: then about one
 * arrival in a hundred misses its tick, and the others wait for 2 to 4 ms. In ns. */
#define PULL (0.0007 / (MS * MS))

/* The part of each shift that stays in the period, so that a webcam of 29.97 pictures a second does
 * not miss a tick each time it has fallen behind. */
#define LEARN 0.005

/* Only arrivals this near to their tick say something about the drift. */
#define NEAR (4 * MS)

#define SAME_RATE 0.02 /* arrivals whose rate differs by more are not followed */
#define PAUSE 8 /* periods without an arrival after which what was learned is dropped */
#define STEADY 8 /* arrivals before they are followed */
#define SMOOTH 32 /* arrivals in the running mean */

void ef_pacer_init(ef_pacer_t *pacer, ef_rate_t rate, int64_t now_ns)
{
	*pacer = (ef_pacer_t){.start_ns = now_ns,
		.next_ns = now_ns,
		.exact_ns = (double)now_ns,
		.period_ns = 1e9 * rate.den / rate.num};
}

int64_t ef_pacer_next(const ef_pacer_t *pacer)
{
	return pacer->next_ns;
}

/* Moves the next tick, and all after it. */
static void push(ef_pacer_t *pacer, double by_ns)
{
	pacer->exact_ns += fmax(-STEP_MAX, fmin(STEP_MAX, by_ns));
	pacer->next_ns = (int64_t)pacer->exact_ns;
}

/* Keeps a part of a shift in the period. */
static void learn(ef_pacer_t *pacer, double by_ns)
{
	double most = SAME_RATE * pacer->period_ns;

	pacer->drift_ns = fmax(-most, fmin(most, pacer->drift_ns + LEARN * by_ns));
}

static void forget(ef_pacer_t *pacer)
{
	pacer->arrivals = 0;
	pacer->interval_ns = 0;
	pacer->drift_ns = 0;
}

/* True while renders come at the set rate, or at a whole fraction of it. */
static int has_same_rate(ef_pacer_t *pacer, double interval_ns)
{
	double ticks = round(interval_ns / pacer->period_ns);

	/* A render left out makes the interval two periods long, and the rate the same. */
	interval_ns /= fmax(1, ticks);
	pacer->arrivals += pacer->arrivals < SMOOTH;
	pacer->interval_ns += (interval_ns - pacer->interval_ns) / pacer->arrivals;
	if (fabs(pacer->interval_ns / pacer->period_ns - 1) > SAME_RATE) {
		pacer->drift_ns = 0;
		return 0;
	}
	return pacer->arrivals >= STEADY;
}

void ef_pacer_arrival(ef_pacer_t *pacer, int64_t ns)
{
	int64_t before = pacer->arrival_ns;
	double wait;

	pacer->arrival_ns = ns;
	if (before == 0 || !has_same_rate(pacer, (double)(ns - before))) {
		return;
	}
	wait = (double)(pacer->next_ns - ns);
	if (wait > pacer->period_ns / 2) {
		/* Nearer to the last tick than to the next: it came too late for that one. */
		push(pacer, STEP_MAX);
		if (pacer->period_ns - wait < NEAR) {
			learn(pacer, STEP_MAX);
		}
	} else if (wait > MARGIN) {
		double early = wait - MARGIN, by = -early * early * early * PULL;

		push(pacer, by);
		if (early < NEAR) {
			learn(pacer, by);
		}
	}
}

void ef_pacer_tick(ef_pacer_t *pacer, int64_t now_ns)
{
	double late = (double)now_ns - pacer->exact_ns;

	if ((double)(now_ns - pacer->arrival_ns) > PAUSE * pacer->period_ns) {
		forget(pacer);
	}
	pacer->exact_ns += pacer->period_ns + pacer->drift_ns;
	if (late >= pacer->period_ns) {
		pacer->exact_ns += floor(late / pacer->period_ns) * pacer->period_ns;
	}
	pacer->next_ns = (int64_t)pacer->exact_ns;
}

int64_t ef_pacer_count(ef_pacer_t *pacer)
{
	double passed = (pacer->exact_ns - (double)pacer->start_ns) / pacer->period_ns;
	double owed = passed - (double)pacer->counted;
	int64_t count = 1;

	/* Half a period to either side, and a quarter more as hysteresis. */
	if (owed < 0.25 || owed > 1.75) {
		count = owed > 0 ? llround(owed) : 0;
	}
	pacer->counted += count;
	return count;
}
