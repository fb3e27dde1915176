#define _GNU_SOURCE /* vasprintf */
#include "proto/base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/log.h"

/* Writes to stderr directly, as the log would need memory. */
static void *require(void *block)
{
	if (block == NULL) {
		fprintf(stderr, "E: effigy-%s: out of memory; close other programs\n",
			ef_log_name());
		exit(1);
	}
	return block;
}

void *ef_memory_new(size_t size)
{
	return require(calloc(1, size));
}

char *ef_memory_copy(const char *text)
{
	return require(strdup(text));
}

char *ef_memory_print(const char *format, ...)
{
	va_list arguments;
	char *text = NULL;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) == -1) {
		text = NULL;
	}
	va_end(arguments);
	return require(text);
}
