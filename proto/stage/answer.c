#include "proto/stage/answer.h"

#include <czmq.h>

#include "proto/base/memory.h"

void ef_answer(const char *file, const char *text)
{
	char *answer = ef_memory_print("%s.answer", file);
	char *fresh = ef_memory_print("%s.answer.new", file);
	FILE *out;
	int written;

	/* A run that was killed may have left it, in any state. */
	unlink(fresh);
	out = fopen(fresh, "wxe");
	if (out != NULL) {
		written = fputs(text, out) >= 0;
		if (fclose(out) == 0 && written) {
			rename(fresh, answer);
		}
	}
	freen(answer);
	freen(fresh);
}
