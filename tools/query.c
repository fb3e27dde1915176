/* effigy-query: answers questions of the script effigy by the rules that the stages follow. */
#include <czmq.h>

#include "proto/base/log.h"
#include "proto/link/endpoint.h"
#include "proto/link/keys/attach.h"
#include "proto/stage/options.h"
#include "proto/stage/runtime.h"
#include "tools/try_endpoint.h"

typedef struct {
	const char *is_local, *are_here, *keys_in, *keys_out, *try_in, *try_out;
	int runtime;
} questions_t;

/* Returns the exit status. */
static int answer(const questions_t *asked)
{
	if (asked->is_local != NULL) {
		return !ef_endpoint_is_local(asked->is_local);
	}
	if (asked->are_here != NULL) {
		return !ef_endpoints_are_here(asked->are_here);
	}
	if (asked->keys_in != NULL) {
		return ef_attach_check(asked->keys_in, 1) == -1;
	}
	if (asked->keys_out != NULL) {
		return ef_attach_check(asked->keys_out, 0) == -1;
	}
	if (asked->try_in != NULL) {
		return ef_try_endpoints(asked->try_in, 1) == -1;
	}
	if (asked->try_out != NULL) {
		return ef_try_endpoints(asked->try_out, 0) == -1;
	}
	return puts(ef_runtime_base()) == EOF;
}

int main(int argc, char **argv)
{
	questions_t asked = {0};
	const ef_option_t table[] = {
		{"is-local", EF_OPTION_TEXT, &asked.is_local, "ENDPOINTS",
			"exit with 0 when all ENDPOINTS stay on this machine, else with 1", 0, 0,
			NULL},
		{"are-here", EF_OPTION_TEXT, &asked.are_here, "ENDPOINTS",
			"exit with 0 when all ENDPOINTS have addresses of this machine, else with "
			"1",
			0, 0, NULL},
		{"keys-in", EF_OPTION_TEXT, &asked.keys_in, "ENDPOINTS",
			"exit with 0 when there are the keys to read from ENDPOINTS, else print "
			"what is "
			"missing",
			0, 0, NULL},
		{"keys-out", EF_OPTION_TEXT, &asked.keys_out, "ENDPOINTS",
			"exit with 0 when there are the keys to send to ENDPOINTS, else print what "
			"is "
			"missing",
			0, 0, NULL},
		{"try-in", EF_OPTION_TEXT, &asked.try_in, "ENDPOINTS",
			"exit with 0 when a stage can read from ENDPOINTS, else print why not", 0,
			0, NULL},
		{"try-out", EF_OPTION_TEXT, &asked.try_out, "ENDPOINTS",
			"exit with 0 when a stage can send to ENDPOINTS, else print why not", 0, 0,
			NULL},
		{"runtime-folder", EF_OPTION_FLAG, &asked.runtime, NULL,
			"print the folder that the environment names for sockets and logs", 0, 0,
			NULL},
		{0},
	};
	const ef_option_t *const tables[] = {table, NULL};
	const ef_usage_t usage = {"effigy-query",
		"Answers one question about endpoints or folders, for scripts.", NULL, NULL, NULL};
	int status, count;

	ef_log_init("query");
	status = ef_options_parse(&usage, tables, argc, argv);
	if (status != -1) {
		return status;
	}
	count = (asked.is_local != NULL) + (asked.are_here != NULL) + (asked.keys_in != NULL) +
		(asked.keys_out != NULL) + (asked.try_in != NULL) + (asked.try_out != NULL) +
		asked.runtime;
	if (count != 1) {
		fprintf(stderr, "effigy-query: takes one question; see effigy-query --help\n");
		return 2;
	}
	return answer(&asked);
}
