#include "proto/stage/stats.h"

#include <czmq.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "proto/base/clock.h"
#include "proto/base/memory.h"
#include "proto/stage/json.h"
#include "proto/stage/way.h"

#define GAP_MAX 1000000 /* messages: hours of video */
#define WINDOW 10 /* spans of one second, longer when the stage ticks late */

/* The counts from one report to the next. */
typedef struct {
	double seconds;
	uint64_t out, dropped, bad;
	ef_histogram_t work; /* in -> out here */
	ef_histogram_t age; /* capture -> out here */
} span_t;

struct ef_stats {
	const char *stage;
	const char *path; /* or NULL */
	int failing; /* the last write failed, and a warning was logged */
	char note[128];
	int verbose;
	int64_t start_ns, last_ns;
	uint64_t in;
	int seen;
	int shared; /* gaps in seq are no losses */
	uint64_t last_seq;
	double fps;
	span_t all; /* since the start */
	span_t spans[WINDOW]; /* a ring */
	span_t *now; /* the current one */
	ef_way_log_t way; /* from the stage before */
	uint64_t repeated;
	ef_histogram_t cadence; /* from one picture shown to the next, since the start */
};

static ef_stats_t *of_this_process;

ef_stats_t *ef_stats_new(const char *stage, const char *path, int verbose)
{
	ef_stats_t *stats = ef_memory_new(sizeof(*stats));

	stats->stage = stage;
	stats->path = path;
	stats->verbose = verbose;
	stats->start_ns = stats->last_ns = ef_now_ns();
	stats->now = stats->spans;
	of_this_process = stats;
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

/* Adds up the spans of the ring. */
static void sum_recent(const ef_stats_t *stats, span_t *sum)
{
	memset(sum, 0, sizeof(*sum));
	for (int i = 0; i < WINDOW; i++) {
		const span_t *span = &stats->spans[i];

		sum->seconds += span->seconds;
		sum->out += span->out;
		sum->dropped += span->dropped;
		sum->bad += span->bad;
		ef_histogram_merge(&sum->work, &span->work);
		ef_histogram_merge(&sum->age, &span->age);
	}
}

static void add_number(json_object *object, const char *key, double value, const char *format)
{
	json_object_object_add(object, key, ef_json_number(value, format));
}

static void add_count(json_object *object, const char *key, uint64_t count)
{
	json_object_object_add(object, key, json_object_new_uint64(count));
}

static void add_ms(
	json_object *object, const char *key, const ef_histogram_t *histogram, double share)
{
	add_number(object, key, ef_histogram_ms(histogram, share), "%.3f");
}

static void add_total(json_object *object, const ef_stats_t *stats)
{
	const span_t *all = &stats->all;

	add_count(object, "pid", (uint64_t)getpid());
	add_number(object, "uptime_s", (double)(ef_now_ns() - stats->start_ns) / 1e9, "%.1f");
	add_number(object, "fps", stats->fps, "%.2f");
	add_count(object, "in", stats->in);
	add_count(object, "out", all->out);
	add_count(object, "dropped", all->dropped);
	add_count(object, "bad", all->bad);
	add_ms(object, "p50_ms", &all->work, 0.5);
	add_ms(object, "p95_ms", &all->work, 0.95);
	add_ms(object, "p99_ms", &all->work, 0.99);
	add_ms(object, "max_ms", &all->work, 1);
	add_number(object, "mean_ms", ef_histogram_mean_ms(&all->work), "%.3f");
	add_ms(object, "age_p50_ms", &all->age, 0.5);
	add_ms(object, "age_p95_ms", &all->age, 0.95);
	add_ms(object, "age_p99_ms", &all->age, 0.99);
	add_number(object, "cpu_s", cpu_seconds(), "%.2f");
}

static void add_recent(json_object *object, const ef_stats_t *stats)
{
	static span_t recent;

	sum_recent(stats, &recent);
	add_number(object, "recent_s", recent.seconds, "%.1f");
	add_number(object, "recent_fps",
		recent.seconds > 0 ? (double)recent.out / recent.seconds : 0, "%.2f");
	add_count(object, "recent_dropped", recent.dropped);
	add_count(object, "recent_bad", recent.bad);
	add_ms(object, "recent_p50_ms", &recent.work, 0.5);
	add_ms(object, "recent_p99_ms", &recent.work, 0.99);
	add_ms(object, "recent_age_p50_ms", &recent.age, 0.5);
	add_ms(object, "recent_age_p99_ms", &recent.age, 0.99);
}

static void add_shown(json_object *object, const ef_stats_t *stats)
{
	if (stats->cadence.count > 0) {
		add_ms(object, "cadence_p50_ms", &stats->cadence, 0.5);
		add_ms(object, "cadence_p99_ms", &stats->cadence, 0.99);
		add_count(object, "repeated", stats->repeated);
	}
}

/* In ms, because programs such as jq take every number for a double: of 2^60 ns it keeps a
 * microsecond. */
static void add_way(json_object *object, const ef_stats_t *stats)
{
	ef_way_t way;

	if (ef_way_sum(&stats->way, ef_now_ns(), &way)) {
		json_object_object_add(object, "way_host", ef_json_text(way.host));
		add_number(object, "recent_way_p50_ms", (double)way.p50_ns / 1e6, "%.3f");
		add_number(object, "recent_way_p99_ms", (double)way.p99_ns / 1e6, "%.3f");
	}
}

static json_object *make_json(const ef_stats_t *stats)
{
	json_object *object = json_object_new_object();

	json_object_object_add(object, "stage", ef_json_text(stats->stage));
	json_object_object_add(object, "host", ef_json_text(ef_host_id()));
	add_total(object, stats);
	add_shown(object, stats);
	add_recent(object, stats);
	add_way(object, stats);
	add_number(object, "boot_s", ef_boot_seconds(), "%.2f");
	json_object_object_add(object, "note", ef_json_text(stats->note));
	return object;
}

/* Creates a file under a name that does not exist yet. Not mkstemp(), which opens for reading
 * too: a confined stage may only write there. */
static int open_temporary(const char *path, char *temporary, size_t size)
{
	int fd = -1;

	for (int tries = 0; fd == -1 && tries < 10; tries++) {
		snprintf(temporary, size, "%s.%06x", path,
			((unsigned)getpid() ^ (unsigned)ef_now_ns()) & 0xffffff);
		fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd == -1 && errno != EEXIST) {
			break;
		}
	}
	return fd;
}

/* Replaces the file in one step: a reader never sees half an object. */
static void write_file(ef_stats_t *stats)
{
	char temporary[PATH_MAX];
	FILE *file = NULL;
	int fd, failed;

	if (stats->path == NULL) {
		return;
	}
	fd = open_temporary(stats->path, temporary, sizeof(temporary));
	if (fd != -1) {
		file = fdopen(fd, "w");
	}
	failed = file == NULL;
	if (file != NULL) {
		failed = ef_json_write(file, make_json(stats)) == -1;
		failed |= fclose(file) != 0;
	}
	failed = failed || rename(temporary, stats->path) != 0;
	if (failed && !stats->failing) {
		zsys_warning(
			"cannot write --stats %s: %s; the stage continues, and tries again every "
			"second",
			stats->path, strerror(errno));
	}
	stats->failing = failed;
	if (failed) {
		if (fd != -1) {
			unlink(temporary);
		}
		utimensat(AT_FDCWD, stats->path, NULL, 0);
	}
}

static void log_line(const ef_stats_t *stats, const ef_histogram_t *work, double fps)
{
	zsys_info("%.1f fps, in->out p50 %.2f p99 %.2f ms, in %" PRIu64 " out %" PRIu64
		  " dropped %" PRIu64 " bad %" PRIu64 "%s%s",
		fps, ef_histogram_ms(work, 0.5), ef_histogram_ms(work, 0.99), stats->in,
		stats->all.out, stats->all.dropped, stats->all.bad, *stats->note ? ", " : "",
		stats->note);
}

void ef_stats_destroy(ef_stats_t **stats_p)
{
	ef_stats_t *stats = *stats_p;

	if (stats == NULL) {
		return;
	}
	write_file(stats);
	if (stats->in + stats->all.out > 0) {
		double seconds = (double)(ef_now_ns() - stats->start_ns) / 1e9;

		log_line(stats, &stats->all.work,
			(double)stats->all.out / (seconds > 0 ? seconds : 1));
	}
	if (of_this_process == stats) {
		of_this_process = NULL;
	}
	free(stats);
	*stats_p = NULL;
}

static void count_dropped(ef_stats_t *stats, uint64_t count)
{
	stats->all.dropped += count;
	stats->now->dropped += count;
}

void ef_stats_share(ef_stats_t *stats)
{
	stats->shared = 1;
}

void ef_stats_in(ef_stats_t *stats, const ef_head_t *head)
{
	uint64_t step = head->seq > stats->last_seq ? head->seq - stats->last_seq : 0;

	stats->in++;
	/* A restarted source counts from 0, and another source from any number: that is no gap. */
	if (stats->seen && !stats->shared && step > 1 && step <= GAP_MAX) {
		count_dropped(stats, step - 1);
	}
	stats->seen = 1;
	stats->last_seq = head->seq;
}

void ef_stats_way(ef_stats_t *stats, const ef_head_t *head, int64_t now_ns)
{
	ef_way_note(&stats->way, head, now_ns);
}

void ef_stats_dropped(ef_stats_t *stats)
{
	count_dropped(stats, 1);
}

void ef_stats_bad(ef_stats_t *stats, uint64_t count)
{
	stats->all.bad += count;
	stats->now->bad += count;
}

void ef_stats_out(ef_stats_t *stats, const ef_head_t *head)
{
	const ef_hop_t *hop = &head->trace[head->hops > 0 ? head->hops - 1 : 0];
	int64_t age = ef_head_age(head, hop->out_ns);

	stats->all.out++;
	stats->now->out++;
	if (head->hops > 0) {
		ef_histogram_add(&stats->all.work, hop->out_ns - hop->in_ns);
		ef_histogram_add(&stats->now->work, hop->out_ns - hop->in_ns);
	}
	if (age >= 0) {
		ef_histogram_add(&stats->all.age, age);
		ef_histogram_add(&stats->now->age, age);
	}
}

void ef_stats_shown(ef_stats_t *stats, int64_t since_ns, uint64_t repeated)
{
	stats->repeated += repeated;
	if (since_ns > 0) {
		ef_histogram_add(&stats->cadence, since_ns);
	}
}

void ef_stats_note(ef_stats_t *stats, const char *note)
{
	static const char loading[] = "loading ";
	int is_news = strncmp(stats->note, note, sizeof(stats->note) - 1) != 0;

	if (is_news) {
		snprintf(stats->note, sizeof(stats->note), "%s", note);
	}
	if (is_news && strncmp(note, loading, strlen(loading)) == 0) {
		write_file(stats);
	}
}

/* Begins the next span, which replaces the oldest. */
static void turn_ring(ef_stats_t *stats)
{
	stats->now = stats->now == &stats->spans[WINDOW - 1] ? stats->spans : stats->now + 1;
	memset(stats->now, 0, sizeof(*stats->now));
}

void ef_stats_tick(ef_stats_t *stats)
{
	int64_t now = ef_now_ns();
	double seconds = (double)(now - stats->last_ns) / 1e9;

	if (seconds < 1) {
		return;
	}
	stats->last_ns = now;
	stats->now->seconds = seconds;
	stats->fps = (double)stats->now->out / seconds;
	write_file(stats);
	if (stats->verbose) {
		log_line(stats, &stats->now->work, stats->fps);
	}
	turn_ring(stats);
}

void ef_stats_pulse(void)
{
	if (of_this_process != NULL) {
		ef_stats_tick(of_this_process);
	}
}
