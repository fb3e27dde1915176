#include "proto/picture/steady.h"

#include <math.h>

void ef_steady_init(ef_steady_t *steady, ef_rate_t rate)
{
	*steady = (ef_steady_t){.rate = rate};
}

static double period_ns(const ef_steady_t *steady)
{
	return 1e9 * steady->rate.den / steady->rate.num;
}

int64_t ef_steady_since(int64_t from_ns, int64_t to_ns)
{
	int64_t result;

	if (__builtin_sub_overflow(to_ns, from_ns, &result)) {
		return to_ns < from_ns ? INT64_MIN : INT64_MAX;
	}
	return result;
}

/* Continues the output's time as if the repeats had ended here. */
static void shorten(ef_steady_t *steady, int64_t t_ns, double filled_ns)
{
	int64_t filled = (int64_t)fmin(filled_ns, 9e18);
	int64_t before = ef_steady_since(steady->first_ns, t_ns);

	steady->shortened_ns = before - filled;
	steady->first_ns = ef_steady_since(filled, t_ns);
}

int64_t ef_steady_next(ef_steady_t *steady, int64_t t_ns)
{
	double period = period_ns(steady);
	int64_t most = (int64_t)((double)EF_STEADY_HOLD_NS / period) + 1;
	int64_t count;

	if (!steady->begun) {
		steady->begun = 1;
		steady->first_ns = steady->last_ns = t_ns;
		return 0;
	}
	t_ns = t_ns > steady->last_ns ? t_ns : steady->last_ns;
	count = llround((double)ef_steady_since(steady->first_ns, t_ns) / period) - steady->written;
	if (count > most) {
		count = most;
		shorten(steady, t_ns, (double)(steady->written + count) * period);
	}
	if (count < 1) {
		count = (double)(1 - count) * period > (double)EF_STEADY_LATE_NS ? 0 : 1;
	}
	steady->left_out += count == 0;
	steady->written += count;
	steady->last_ns = t_ns;
	return count;
}

int64_t ef_steady_end(ef_steady_t *steady, int64_t t_ns)
{
	int64_t period = llround(period_ns(steady));

	if (!steady->begun) {
		return 0;
	}
	if (t_ns <= steady->last_ns) {
		t_ns = steady->last_ns > INT64_MAX - period ? INT64_MAX : steady->last_ns + period;
	}
	/* Rounds down, nearly: the last picture is not repeated for part of a period. */
	t_ns = ef_steady_since(period * 9 / 20, t_ns);
	return ef_steady_next(steady, t_ns);
}
