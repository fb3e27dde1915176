/* effigy-query: answers questions of scripts and containers by the rules that the stages follow. */
#include <czmq.h>

#include "proto/base/log.h"
#include "proto/link/endpoint.h"
#include "proto/stage/options.h"
#include "proto/stage/runtime.h"
#include "tools/health.h"

/* Returns the exit status. */
static int tell_health(const char *path)
{
	char why[256];

	if (ef_health_check(path, why, sizeof(why)) == 0) {
		return 0;
	}
	fprintf(stderr, "effigy-query: %s: %s\n", path, why);
	return 1;
}

int main(int argc, char **argv)
{
	const char *endpoints = NULL, *statistics = NULL;
	int runtime = 0;
	const ef_option_t table[] = {
		{"is-local", EF_OPTION_TEXT, &endpoints, "ENDPOINTS",
			"exit with 0 when all ENDPOINTS stay on this machine, else with 1", 0, 0,
			NULL},
		{"runtime-folder", EF_OPTION_FLAG, &runtime, NULL,
			"print the folder that the environment names for sockets and logs", 0, 0,
			NULL},
		{"healthy", EF_OPTION_TEXT, &statistics, "FILE",
			"exit with 0 when the stage that writes its statistics to FILE works, else "
			"with 1",
			0, 0, NULL},
		{0},
	};
	const ef_option_t *const tables[] = {table, NULL};
	const ef_usage_t usage = {"effigy-query",
		"Answers one question about endpoints, folders or stages, for scripts.", NULL, NULL,
		NULL};
	int status;

	ef_log_init("query");
	status = ef_options_parse(&usage, tables, argc, argv);
	if (status != -1) {
		return status;
	}
	if ((endpoints != NULL) + (statistics != NULL) + runtime != 1) {
		fprintf(stderr,
			"effigy-query: takes one of --is-local, --runtime-folder and --healthy; "
			"see effigy-query --help\n");
		return 2;
	}
	if (statistics != NULL) {
		return tell_health(statistics);
	}
	if (endpoints != NULL) {
		return ef_endpoint_is_local(endpoints) ? 0 : 1;
	}
	return puts(ef_runtime_base()) == EOF;
}
