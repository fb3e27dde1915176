/* cmocka with the headers that it needs, and paths of files that belong to one test. */
#ifndef EF_UNIT_H
#define EF_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The path of a file in a folder of this process, which is removed at exit, after a prefix such as
 * "ipc://" or "". It is short enough for a UNIX socket. The text stays valid until exit. */
const char *unit_path(const char *prefix, const char *name);

/* True, after printing a line, when the file does not exist; the test is then skipped. */
int unit_lacks(const char *path);

#endif
