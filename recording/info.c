/* effigy-recording: says what a recording contains. */
#include <czmq.h>
#include <time.h>

#include "proto/base/log.h"
#include "proto/stage/options.h"
#include "recording/recording.h"
#include "recording/survey.h"

/* Prints text of the file: a terminal must not obey it. Control characters are ASCII's and, in UTF-8,
 * those of ISO 6429, U+0080 to U+009F. */
static void print_text(const char *text)
{
	for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
		int is_long = at[0] == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f;

		putchar(is_long || *at < ' ' || *at == 0x7f ? '?' : *at);
		at += is_long;
	}
}

static void print_bytes(int64_t bytes)
{
	if (bytes < 1000) {
		printf("%" PRId64 " bytes", bytes);
	} else if (bytes < 1000000) {
		printf("%.1f kB", (double)bytes / 1e3);
	} else {
		printf("%.1f MB", (double)bytes / 1e6);
	}
}

static void print_form(const ef_recording_t *recording)
{
	int64_t used = ef_recording_used(recording), unpacked = ef_recording_unpacked(recording);
	int version = ef_recording_header(recording)->version;

	printf("form       ");
	if (version == 0) {
		printf("old: messages only, ");
	} else {
		printf("version %d, ", version);
	}
	print_bytes(used);
	if (unpacked > used) {
		printf(", holds ");
		print_bytes(unpacked);
		printf(" (%.1f times)", (double)unpacked / (double)used);
	}
	printf("\n");
}

static void print_origin(const ef_header_t *header)
{
	time_t when = (time_t)header->time;
	char text[64] = "at an unknown time";
	struct tm parts;

	printf("edge       ");
	print_text(*header->edge != '\0' ? header->edge : "not told");
	if (gmtime_r(&when, &parts) != NULL) {
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &parts);
	}
	printf("\nrecorded   %s on ", text);
	print_text(header->host);
	printf(" (");
	print_text(header->src);
	printf("), Effigy ");
	print_text(header->program);
	printf("\n");
}

static void print_messages(const ef_survey_t *survey)
{
	const char *before = " (";

	printf("messages   %" PRIu64, survey->messages);
	for (int i = 0; i < EF_KINDS; i++) {
		if (survey->kinds[i] > 0 && survey->kinds[i] < survey->messages) {
			printf("%s%" PRIu64 " %s", before, survey->kinds[i], ef_kind_name(i));
			before = ", ";
		} else if (survey->kinds[i] > 0) {
			printf(" of kind %s", ef_kind_name(i));
		}
	}
	printf("%s", *before == ',' ? ")" : "");
	if (survey->messages > 0) {
		printf(", seq %" PRIu64 " to %" PRIu64, survey->first_seq, survey->last_seq);
	}
	printf("\nlength     %.2f s, %.2f a second\n", ef_survey_seconds(survey),
		ef_survey_rate(survey));
	if (survey->size_count > 0) {
		printf("size       ");
		for (int i = 0; i < survey->size_count; i++) {
			printf("%s%dx%d", i > 0 ? ", " : "", survey->sizes[i].w,
				survey->sizes[i].h);
		}
		printf("%s\n", survey->more_sizes ? " and others" : "");
	}
}

static void print_gaps(const ef_survey_t *survey)
{
	printf("gaps       ");
	if (survey->gaps > 0) {
		printf("%" PRIu64 ", %" PRIu64 " messages missing, the longest %.2f s",
			survey->gaps, survey->missing, (double)survey->longest_gap / 1e9);
	} else {
		printf("none");
	}
	if (survey->restarts > 0) {
		printf("; seq starts again %" PRIu64 " times", survey->restarts);
	}
	printf("\n");
}

static void print_settings(const ef_header_t *header)
{
	for (size_t i = 0; i < header->setting_count; i++) {
		printf("%s", i == 0 ? "settings   " : "           ");
		print_text(header->settings[i].name);
		printf("=");
		print_text(header->settings[i].value);
		printf("\n");
	}
}

/* Returns the exit status. */
static int survey_file(ef_recording_t *recording)
{
	const ef_header_t *header = ef_recording_header(recording);
	ef_survey_t survey = {0};
	ef_message_t message;
	int got;

	while (!zsys_interrupted && (got = ef_recording_next(recording, &message)) == 1) {
		ef_survey_add(&survey, &message);
	}
	if (zsys_interrupted) {
		return 130;
	}
	if (survey.messages == 0 && header->version == 0 && got == 0) {
		zsys_error("%s contains no message; create a recording with effigy-record",
			ef_recording_name(recording));
		return 1;
	}
	print_form(recording);
	if (header->version > 0) {
		print_origin(header);
	}
	print_messages(&survey);
	print_gaps(&survey);
	printf("end        %s\n", got == -1                        ? "damaged"
				  : ef_recording_is_cut(recording) ? "cut off"
								   : "complete");
	print_settings(header);
	return got == -1 || fflush(stdout) != 0;
}

int main(int argc, char **argv)
{
	const char *path = NULL;
	const ef_option_t none[] = {{0}};
	const ef_option_t *const tables[] = {none, NULL};
	const ef_usage_t usage = {"effigy-recording", "Says what a recording contains.", "FILE",
		&path, "FILE is read to its end; - is standard input."};
	ef_recording_t *recording;
	int status;

	ef_log_init("recording");
	status = ef_options_parse(&usage, tables, argc, argv);
	if (status != -1) {
		return status;
	}
	if (path == NULL) {
		fprintf(stderr, "effigy-recording: no FILE given; see effigy-recording --help\n");
		return 2;
	}
	recording = ef_recording_new(path);
	if (recording == NULL) {
		return 1;
	}
	status = survey_file(recording);
	ef_recording_destroy(&recording);
	return status;
}
