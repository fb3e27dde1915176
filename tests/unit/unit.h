/* What cmocka needs before its own header, in one line for each test; and files of a test's own. */
#ifndef EF_UNIT_H
#define EF_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The path of that name in a folder that no other process has, and that is gone when this one ends, short
 * enough for a UNIX socket; with prefix before it, such as "ipc://" or "". The text lives until then. */
const char *unit_path(const char *prefix, const char *name);

/* True, after a line about it, when there is no such file: reason enough to skip a test. */
int unit_lacks(const char *path);

#endif
