#include "proto/base/log.h"

#include <czmq.h>

#include "proto/base/clock.h"

static const char *log_name = "program";

const char *ef_log_name(void)
{
	return log_name;
}

void ef_log_init(const char *name)
{
	log_name = name;
	zsys_init();
	zsys_set_logstream(stderr);
	zsys_set_logident(name);
}

void ef_warn_limited(ef_limiter_t *limiter, const char *format, ...)
{
	int64_t now = ef_now_ns();
	char text[512];
	va_list arguments;

	if (now < limiter->next_ns) {
		limiter->suppressed++;
		return;
	}
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (limiter->suppressed > 0) {
		zsys_warning(
			"%s (%" PRIu64 " similar messages suppressed)", text, limiter->suppressed);
	} else {
		zsys_warning("%s", text);
	}
	limiter->suppressed = 0;
	limiter->next_ns = now + 1000000000;
}
