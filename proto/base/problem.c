#include "proto/base/problem.h"

#include <stdio.h>
#include <string.h>

#define REMIND_NS INT64_C(60000000000)

int ef_problem_is_new(ef_problem_t *problem, const char *text, int64_t now_ns)
{
	int lasts = strcmp(problem->seen, text) == 0;
	int has_logged = problem->logged[0] != '\0' && now_ns < problem->logged_ns + REMIND_NS;

	snprintf(problem->seen, sizeof(problem->seen), "%s", text);
	if (has_logged && (!lasts || strcmp(problem->logged, problem->seen) == 0)) {
		return 0;
	}
	snprintf(problem->logged, sizeof(problem->logged), "%s", text);
	problem->logged_ns = now_ns;
	return 1;
}

void ef_problem_clear(ef_problem_t *problem)
{
	problem->logged[0] = '\0';
}
