/* Decides when to log a problem that may last, so that trying again and again does not fill the
 * log. */
#ifndef EF_PROBLEM_H
#define EF_PROBLEM_H

#include <stdint.h>

/* Zero-initialised: no problem. */
typedef struct {
	char seen[512], logged[512]; /* the latest one, and the one logged last */
	int64_t logged_ns;
} ef_problem_t;

/* Notes a problem. Returns true when it is to be logged: when it is new, and once a minute while
 * it lasts. A problem that follows another one within that minute is new when it occurs twice in
 * a row: a device just plugged in belongs to root until udev has seen it. */
int ef_problem_is_new(ef_problem_t *problem, const char *text, int64_t now_ns);

/* Notes that it has passed. */
void ef_problem_clear(ef_problem_t *problem);

#endif
