#include "proto/stage/histogram.h"

#include <math.h>

static const double first_ns = 1000;
static const double step = 1.01;

void ef_histogram_add(ef_histogram_t *histogram, int64_t ns)
{
	double bucket = ns > first_ns ? log((double)ns / first_ns) / log(step) : 0;
	int index = bucket < EF_HISTOGRAM_BUCKETS - 1 ? (int)bucket : EF_HISTOGRAM_BUCKETS - 1;

	histogram->buckets[index]++;
	histogram->count++;
	histogram->sum_ns += (double)ns;
}

void ef_histogram_merge(ef_histogram_t *histogram, const ef_histogram_t *other)
{
	if (other->count == 0) {
		return;
	}
	histogram->count += other->count;
	histogram->sum_ns += other->sum_ns;
	for (int i = 0; i < EF_HISTOGRAM_BUCKETS; i++) {
		histogram->buckets[i] += other->buckets[i];
	}
}

double ef_histogram_ms(const ef_histogram_t *histogram, double share)
{
	double rank = share * (double)histogram->count;
	double seen = 0;

	if (histogram->count == 0) {
		return 0;
	}
	for (int i = 0; i < EF_HISTOGRAM_BUCKETS; i++) {
		seen += histogram->buckets[i];
		if (seen > 0 && seen >= rank) {
			return first_ns * pow(step, i + 0.5) / 1e6;
		}
	}
	return first_ns * pow(step, EF_HISTOGRAM_BUCKETS) / 1e6;
}

double ef_histogram_mean_ms(const ef_histogram_t *histogram)
{
	return histogram->count == 0 ? 0 : histogram->sum_ns / (double)histogram->count / 1e6;
}
