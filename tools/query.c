/* effigy-query: answers questions of the script effigy by the rules that the stages follow. */
#include <czmq.h>

#include "proto/base/log.h"
#include "proto/link/endpoint.h"
#include "proto/stage/options.h"
#include "proto/stage/runtime.h"

int main(int argc, char **argv)
{
	const char *endpoints = NULL;
	int runtime = 0;
	const ef_option_t table[] = {
		{"is-local", EF_OPTION_TEXT, &endpoints, "ENDPOINTS",
			"exit with 0 when all ENDPOINTS stay on this machine, else with 1", 0, 0,
			NULL},
		{"runtime-folder", EF_OPTION_FLAG, &runtime, NULL,
			"print the folder that the environment names for sockets and logs", 0, 0,
			NULL},
		{0},
	};
	const ef_option_t *const tables[] = {table, NULL};
	const ef_usage_t usage = {"effigy-query",
		"Answers one question about endpoints or folders, for scripts.", NULL, NULL, NULL};
	int status;

	ef_log_init("query");
	status = ef_options_parse(&usage, tables, argc, argv);
	if (status != -1) {
		return status;
	}
	if ((endpoints != NULL) == runtime) {
		fprintf(stderr, "effigy-query: takes one of --is-local and --runtime-folder; see "
				"effigy-query --help\n");
		return 2;
	}
	if (endpoints != NULL) {
		return ef_endpoint_is_local(endpoints) ? 0 : 1;
	}
	return puts(ef_runtime_base()) == EOF;
}
