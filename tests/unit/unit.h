/* What cmocka needs before its own header, in one line for each test. */
#ifndef EF_UNIT_H
#define EF_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
