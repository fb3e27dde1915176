#include "sink/pacer.h"

#include <math.h>
#include <stdlib.h>

#define ENOUGH 6 /* arrivals, to tell a rate */
#define FASTER 1.1 /* ticks may come so many times as fast as the set rate */

/* In intervals between arrivals. */
#define EARLY 0.25 /* a render that comes earlier than this was expected at the tick before */
#define IRREGULAR 0.4 /* spread of the middle half of the arrivals; 0.5 where they come at random */

#define SHIFT 0.06 /* of the next tick, at most, for each arrival; in ticks */
#define LEARN 0.03 /* part of each shift that stays in the interval */
#define LOST 3 /* renders missed in a row: the source has stopped */

void ef_pacer_init(ef_pacer_t *pacer, ef_rate_t rate, int64_t now_ns)
{
	double period_ns = 1e9 * rate.den / rate.num;

	*pacer = (ef_pacer_t){.start_ns = now_ns,
		.period_ns = period_ns,
		.next_ns = (double)now_ns,
		.tick_ns = period_ns,
		.per_render = 1,
		.per_tick = 1};
}

/* The source. */

static int by_size(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static int known(const ef_pacer_t *pacer)
{
	return (int)(pacer->arrivals < EF_PACER_ARRIVALS ? pacer->arrivals : EF_PACER_ARRIVALS);
}

/* The time of an arrival; 0: of the last one, 1: of the one before. */
static int64_t arrival(const ef_pacer_t *pacer, int before)
{
	return pacer->arrivals_ns[(pacer->arrivals - 1 - before) % EF_PACER_ARRIVALS];
}

static double median_interval(const ef_pacer_t *pacer)
{
	double intervals[EF_PACER_ARRIVALS] = {0};
	int count = known(pacer) - 1;

	for (int i = 0; i < count; i++) {
		intervals[i] = (double)(arrival(pacer, i) - arrival(pacer, i + 1));
	}
	qsort(intervals, (size_t)count, sizeof(*intervals), by_size);
	return fmax(1, intervals[count / 2]);
}

static void set_ticks(ef_pacer_t *pacer)
{
	pacer->tick_ns = pacer->interval_ns * pacer->per_tick / pacer->per_render;
}

static void set_interval(ef_pacer_t *pacer, double ns)
{
	double most = FASTER * ns / pacer->period_ns; /* ticks in an interval */

	pacer->interval_ns = ns;
	pacer->per_render = most >= 1 ? (int)most : 1;
	pacer->per_tick = most >= 1 ? 1 : (int)ceil(1 / most);
	pacer->between = pacer->between < pacer->per_render ? pacer->between : 0;
	set_ticks(pacer);
}

/* Returns how widely the arrivals are spread around the ticks; *late: by how much they are later, in the
 * median. In ns. */
static double compare(const ef_pacer_t *pacer, double *late)
{
	double expected = pacer->next_ns + pacer->between * pacer->tick_ns;
	double all[EF_PACER_ARRIVALS] = {0};
	int count = known(pacer);

	for (int i = 0; i < count; i++) {
		double intervals = ((double)arrival(pacer, i) - expected) / pacer->interval_ns;

		all[i] = (intervals - floor(intervals + EARLY)) * pacer->interval_ns;
	}
	qsort(all, (size_t)count, sizeof(*all), by_size);
	*late = all[count / 2];
	return all[count * 3 / 4] - all[count / 4];
}

static int is_regular(const ef_pacer_t *pacer, double *late)
{
	return pacer->interval_ns > 0 && compare(pacer, late) < IRREGULAR * pacer->interval_ns;
}

/* Returns 1 if arrivals are regular, after a change of their rate also. */
static int find_rate(ef_pacer_t *pacer, double *late)
{
	double interval = median_interval(pacer);

	/* Half the rate fits the ticks, too. */
	if (interval < 1.5 * pacer->interval_ns && is_regular(pacer, late)) {
		return 1;
	}
	set_interval(pacer, interval);
	return is_regular(pacer, late);
}

static double shorter(const ef_pacer_t *pacer)
{
	return fmin(pacer->tick_ns, pacer->interval_ns);
}

/* The loop: a part of what the ticks are early or late stays in their period. */
static void shift(ef_pacer_t *pacer, double late)
{
	double most = SHIFT * shorter(pacer);
	double by = fmax(-most, fmin(most, late));

	pacer->next_ns += by;
	pacer->interval_ns += LEARN * by;
	set_ticks(pacer);
}

static void run_free(ef_pacer_t *pacer)
{
	pacer->interval_ns = 0;
	pacer->tick_ns = pacer->period_ns;
	pacer->per_render = pacer->per_tick = 1;
	pacer->between = pacer->missed = 0;
}

void ef_pacer_arrival(ef_pacer_t *pacer, int64_t ns)
{
	double late;

	pacer->arrivals_ns[pacer->arrivals % EF_PACER_ARRIVALS] = ns;
	pacer->arrivals++;
	if (pacer->arrivals < ENOUGH) {
		return;
	}
	pacer->following = find_rate(pacer, &late);
	if (pacer->following) {
		shift(pacer, late);
	} else {
		run_free(pacer);
	}
}

/* The ticks. */

static int is_late(const ef_pacer_t *pacer)
{
	return (double)arrival(pacer, 0) < pacer->next_ns - EARLY * pacer->interval_ns;
}

/* True for a render that comes after the last picture was written in its place. */
static int is_belated(const ef_pacer_t *pacer, int has_new)
{
	return has_new && pacer->following && pacer->missed > 0 && is_late(pacer);
}

int64_t ef_pacer_due(const ef_pacer_t *pacer, int has_new)
{
	double due = pacer->next_ns;

	if (is_belated(pacer, has_new)) {
		return arrival(pacer, 0);
	}
	if (pacer->following && pacer->between == 0 && (!has_new || is_late(pacer))) {
		due += shorter(pacer) / 2;
	}
	return (int64_t)due;
}

/* Notes whether a render has come to a tick on which it was expected. */
static void note_expected(ef_pacer_t *pacer, int has_new)
{
	pacer->missed = has_new ? 0 : pacer->missed + 1;
	if (pacer->missed == LOST) {
		pacer->arrivals = pacer->following = 0;
	}
}

int ef_pacer_tick(ef_pacer_t *pacer, int has_new, int64_t now_ns)
{
	int repeats = !has_new && (pacer->between == 0 || !pacer->following);
	double steps;

	if (is_belated(pacer, has_new)) {
		pacer->missed = 0;
		return 0;
	}
	if (pacer->between == 0 && pacer->following) {
		note_expected(pacer, has_new);
	}
	steps = 1 + fmax(0, floor(((double)now_ns - pacer->next_ns) / pacer->tick_ns));
	pacer->next_ns += steps * pacer->tick_ns;
	pacer->between =
		(int)fmod(pacer->between + (pacer->per_render - 1) * steps, pacer->per_render);
	return repeats;
}

int64_t ef_pacer_count(ef_pacer_t *pacer, int has_new, int64_t now_ns)
{
	double passed = (double)(now_ns - pacer->start_ns) / pacer->period_ns;
	double owed = passed + 1 - (double)pacer->counted;
	int64_t count = 1;

	/* A late render makes two pictures: the last one in its place, and itself. So a render is written even
	 * before its time, and a later picture that repeats another is left out. */
	if (owed < (has_new ? -1.75 : 0.25) || owed > 1.75) {
		count = owed > 0 ? llround(owed) : 0;
	}
	pacer->counted += count;
	return count;
}
