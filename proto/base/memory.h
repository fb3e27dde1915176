/* Memory of a size that the code or the command line gives: structs, tables, paths. Without memory
 * for these a program cannot run, so it exits with a message, and callers need no check. Memory of
 * a size that comes from outside is allocated with buffer.h, or malloc(), and checked. */
#ifndef EF_MEMORY_H
#define EF_MEMORY_H

#include <stddef.h>

/* Returns a zero-filled block, to be freed with free(). Never NULL. */
void *ef_memory_new(size_t size);

/* Returns a copy of text, to be freed with free(). Never NULL. */
char *ef_memory_copy(const char *text);

/* Returns a text as by printf(), to be freed with free(). Never NULL. */
char *ef_memory_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
