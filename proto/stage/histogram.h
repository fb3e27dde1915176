/* A histogram of durations with logarithmic buckets: percentiles within 1 %, in fixed memory,
 * however long a stage runs. */
#ifndef EF_HISTOGRAM_H
#define EF_HISTOGRAM_H

#include <stdint.h>

#define EF_HISTOGRAM_BUCKETS 1860 /* 1 us to 100 s in steps of 1 % */

typedef struct {
	uint64_t count;
	double sum_ns;
	uint32_t buckets[EF_HISTOGRAM_BUCKETS];
} ef_histogram_t;

/* Counts one duration; a negative one is counted as 1 us. */
void ef_histogram_add(ef_histogram_t *histogram, int64_t ns);

/* Adds the counts of another histogram. */
void ef_histogram_merge(ef_histogram_t *histogram, const ef_histogram_t *other);

/* The percentile in milliseconds: share (0..1) of the durations are shorter; 0 when there are
 * none. */
double ef_histogram_ms(const ef_histogram_t *histogram, double share);

double ef_histogram_mean_ms(const ef_histogram_t *histogram);

#endif
