#include "proto/stats.h"

#include <czmq.h>
#include <sys/resource.h>

#include "proto/clock.h"

struct ef_stats {
	const char *stage;
	const char *path; /* or NULL */
	int failing; /* the last writing of it has failed, and that was told */
	const char *note;
	int verbose;
	int64_t start_ns, last_ns;
	uint64_t in, out, dropped, bad;
	uint64_t last_out;
	double fps;
	int seen;
	uint64_t last_seq;
	ef_histogram_t work, work_second; /* in -> out here */
	ef_histogram_t age; /* capture -> out here */
};

ef_stats_t *ef_stats_new(const char *stage, const char *path, int verbose)
{
	ef_stats_t *stats = zmalloc(sizeof(*stats));

	stats->stage = stage;
	stats->path = path;
	stats->verbose = verbose;
	stats->note = "";
	stats->start_ns = stats->last_ns = ef_now_ns();
	return stats;
}

/* Seconds of processor time this process has used. */
static double cpu_seconds(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void print_json(const ef_stats_t *stats, FILE *file)
{
	fprintf(file,
		"{\"stage\":\"%s\",\"pid\":%d,\"uptime_s\":%.1f,\"fps\":%.2f,\"in\":%" PRIu64
		",\"out\":%" PRIu64 ",\"dropped\":%" PRIu64 ",\"bad\":%" PRIu64
		",\"p50_ms\":%.3f,\"p95_ms\":%.3f,\"p99_ms\":%.3f,\"mean_ms\":%.3f"
		",\"age_p50_ms\":%.3f,\"age_p95_ms\":%.3f,\"age_p99_ms\":%.3f"
		",\"cpu_s\":%.2f,\"note\":\"%s\"}\n",
		stats->stage, getpid(), (double)(ef_now_ns() - stats->start_ns) / 1e9, stats->fps,
		stats->in, stats->out, stats->dropped, stats->bad,
		ef_histogram_ms(&stats->work, 0.5), ef_histogram_ms(&stats->work, 0.95),
		ef_histogram_ms(&stats->work, 0.99), ef_histogram_mean_ms(&stats->work),
		ef_histogram_ms(&stats->age, 0.5), ef_histogram_ms(&stats->age, 0.95),
		ef_histogram_ms(&stats->age, 0.99), cpu_seconds(), stats->note);
}

/* Whole or not at all: a reader never sees half an object. */
static void write_file(ef_stats_t *stats)
{
	char temporary[PATH_MAX];
	FILE *file;
	int failed;

	if (stats->path == NULL) {
		return;
	}
	snprintf(temporary, sizeof(temporary), "%s.new", stats->path);
	file = fopen(temporary, "w");
	failed = file == NULL;
	if (file != NULL) {
		print_json(stats, file);
		failed = ferror(file);
		failed |= fclose(file) != 0;
	}
	failed = failed || rename(temporary, stats->path) != 0;
	if (failed && !stats->failing) {
		zsys_warning("cannot write --stats %s: %s; the stage goes on, and tries again each "
			     "second",
			stats->path, strerror(errno));
	}
	stats->failing = failed;
}

static void log_line(const ef_stats_t *stats, const ef_histogram_t *work, double fps)
{
	zsys_info("%.1f fps, in->out p50 %.2f p99 %.2f ms, in %" PRIu64 " out %" PRIu64
		  " dropped %" PRIu64 " bad %" PRIu64 "%s%s",
		fps, ef_histogram_ms(work, 0.5), ef_histogram_ms(work, 0.99), stats->in, stats->out,
		stats->dropped, stats->bad, *stats->note ? ", " : "", stats->note);
}

void ef_stats_destroy(ef_stats_t **stats_p)
{
	ef_stats_t *stats = *stats_p;

	if (stats == NULL) {
		return;
	}
	write_file(stats);
	if (stats->in + stats->out > 0) {
		double seconds = (double)(ef_now_ns() - stats->start_ns) / 1e9;

		log_line(stats, &stats->work, (double)stats->out / (seconds > 0 ? seconds : 1));
	}
	free(stats);
	*stats_p = NULL;
}

void ef_stats_in(ef_stats_t *stats, const ef_head_t *head)
{
	stats->in++;
	/* A source that starts again counts from 0: not a gap. */
	if (stats->seen && head->seq > stats->last_seq + 1) {
		stats->dropped += head->seq - stats->last_seq - 1;
	}
	stats->seen = 1;
	stats->last_seq = head->seq;
}

void ef_stats_dropped(ef_stats_t *stats)
{
	stats->dropped++;
}

void ef_stats_bad(ef_stats_t *stats, uint64_t count)
{
	stats->bad += count;
}

void ef_stats_out(ef_stats_t *stats, const ef_head_t *head)
{
	const ef_hop_t *hop = &head->trace[head->hops > 0 ? head->hops - 1 : 0];
	int64_t age = ef_head_age(head, hop->out_ns);

	stats->out++;
	if (head->hops > 0) {
		ef_histogram_add(&stats->work, hop->out_ns - hop->in_ns);
		ef_histogram_add(&stats->work_second, hop->out_ns - hop->in_ns);
	}
	if (age >= 0) {
		ef_histogram_add(&stats->age, age);
	}
}

void ef_stats_note(ef_stats_t *stats, const char *note)
{
	stats->note = note;
}

void ef_stats_tick(ef_stats_t *stats)
{
	int64_t now = ef_now_ns();
	double seconds = (double)(now - stats->last_ns) / 1e9;

	if (seconds < 1) {
		return;
	}
	stats->fps = (double)(stats->out - stats->last_out) / seconds;
	stats->last_out = stats->out;
	stats->last_ns = now;
	write_file(stats);
	if (stats->verbose) {
		log_line(stats, &stats->work_second, stats->fps);
	}
	memset(&stats->work_second, 0, sizeof(stats->work_second));
}
