#include "proto/stage/way.h"

#include <stdlib.h>
#include <string.h>

#define RECENT_NS INT64_C(10000000000)
#define SILENT_NS INT64_C(2000000000)

static size_t newest(const ef_way_log_t *log)
{
	return (log->next + EF_WAY_SAMPLES - 1) % EF_WAY_SAMPLES;
}

void ef_way_note(ef_way_log_t *log, const ef_head_t *head, int64_t now_ns)
{
	const ef_hop_t *hop;

	if (head->hops == 0) {
		return;
	}
	hop = &head->trace[head->hops - 1];
	if (log->count == 0 || strcmp(log->host, hop->host) != 0) {
		if (log->count > 0 && now_ns - log->samples[newest(log)].at_ns < SILENT_NS) {
			return;
		}
		memcpy(log->host, hop->host, sizeof(log->host));
		log->count = log->next = 0;
	}
	log->samples[log->next].at_ns = now_ns;
	log->samples[log->next].way_ns = now_ns - hop->out_ns;
	log->next = (log->next + 1) % EF_WAY_SAMPLES;
	log->count += log->count < EF_WAY_SAMPLES;
}

static int compare(const void *one, const void *other)
{
	const int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;

	return (a > b) - (a < b);
}

int ef_way_sum(const ef_way_log_t *log, int64_t now_ns, ef_way_t *way)
{
	int64_t ways[EF_WAY_SAMPLES];
	size_t count = 0;

	for (size_t i = 0; i < log->count; i++) {
		if (now_ns - log->samples[i].at_ns <= RECENT_NS) {
			ways[count++] = log->samples[i].way_ns;
		}
	}
	if (count == 0) {
		return 0;
	}
	qsort(ways, count, sizeof(ways[0]), compare);
	memcpy(way->host, log->host, sizeof(way->host));
	way->p50_ns = ways[count / 2];
	way->p99_ns = ways[(count * 99 + 99) / 100 - 1];
	return 1;
}
