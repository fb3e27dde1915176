/* Standard input for libavformat, without a read that a signal cannot end. */
#ifndef EF_CAPTURE_STDIN_H
#define EF_CAPTURE_STDIN_H

#include <libavformat/avio.h>

/* NULL when memory runs out. */
AVIOContext *ef_stdin_new(void);
void ef_stdin_destroy(AVIOContext **context);

/* Waits up to timeout_ms until something can be read at once, be it the end. */
int ef_stdin_ready(const AVIOContext *context, int timeout_ms);

#endif
