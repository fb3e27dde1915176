/* Reports of stages: any bytes in a statistics file or a supervisor's file give a message that can be
 * sent and is accepted. */
#include <stdlib.h>
#include <string.h>

#include "agent/report.h"
#include "tests/fuzz/canonical.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* The first line is the supervisor's, the rest the statistics. */
	const uint8_t *end = memchr(data, '\n', size);
	size_t length = end != NULL ? (size_t)(end - data) : 0;
	ef_message_t message = {.head = {.kind = EF_STATS}, .reports = {.count = 1}}, again;
	ef_supervised_t supervised;
	char line[256] = "";
	size_t encoded_size;
	uint8_t *encoded;
	const char *why;
	char *statistics;

	memcpy(line, data, length < sizeof(line) - 1 ? length : sizeof(line) - 1);
	size -= length;
	if (size > EF_STATISTICS_MAX - 1) {
		size = EF_STATISTICS_MAX - 1;
	}
	statistics = calloc(1, size + 1);
	memcpy(statistics, data + length, size);
	ef_supervised_parse(&supervised, line);
	supervised.process = line[0];
	ef_report_make(
		&message.reports.stages[0], "tracker", statistics, size, 1, &supervised, 1000);
	encoded = ef_message_encode(&message, &encoded_size);
	fuzz_check(encoded != NULL, "a report can be encoded");
	fuzz_check(ef_message_decode(&again, encoded, encoded_size, &why) == 0,
		"a report is accepted");
	fuzz_check(memcmp(&message.reports.stages[0], &again.reports.stages[0],
			   sizeof(ef_report_t)) == 0,
		"the fields are the same");
	free(encoded);
	free(statistics);
	return 0;
}
