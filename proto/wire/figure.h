/* The figures of a stage that an agent tells; SPEC.md says what each means. */
#ifndef EF_FIGURE_H
#define EF_FIGURE_H

#include <stddef.h>

typedef enum {
	EF_FIGURE_PID,
	EF_FIGURE_UPTIME_S,
	EF_FIGURE_FPS,
	EF_FIGURE_P50_MS,
	EF_FIGURE_P99_MS,
	EF_FIGURE_AGE_P50_MS,
	EF_FIGURE_AGE_P99_MS,
	EF_FIGURE_LOST,
	EF_FIGURE_REFUSED,
	EF_FIGURE_SECONDS,
	EF_FIGURE_NEWS_S,
	EF_FIGURE_FAILURES,
	EF_FIGURE_STARTS_IN_S,
	EF_FIGURES
} ef_figure_t;

/* Its name on the wire. */
const char *ef_figure_name(ef_figure_t figure);

/* The figure with that name, which need not end with NUL, or -1. */
int ef_figure_parse(const char *name, size_t length);

#endif
