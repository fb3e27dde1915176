#include "proto/wire/figure.h"

#include <string.h>

static const char *const names[EF_FIGURES] = {"pid", "uptime_s", "fps", "p50_ms", "p99_ms",
	"age_p50_ms", "age_p99_ms", "lost", "refused", "seconds", "news_s", "failures",
	"starts_in_s"};

const char *ef_figure_name(ef_figure_t figure)
{
	return names[figure];
}

int ef_figure_parse(const char *name, size_t length)
{
	for (int i = 0; i < EF_FIGURES; i++) {
		if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0) {
			return i;
		}
	}
	return -1;
}
