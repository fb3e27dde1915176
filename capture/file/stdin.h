/* Standard input for libavformat. A signal ends a read, which a plain pipe would not allow. */
#ifndef EF_CAPTURE_STDIN_H
#define EF_CAPTURE_STDIN_H

#include <libavformat/avio.h>

/* Returns NULL when memory runs out. */
AVIOContext *ef_stdin_new(void);
void ef_stdin_destroy(AVIOContext **context);

/* Waits up to timeout_ms. Returns true when data, or the end, can be read at once. */
int ef_stdin_ready(const AVIOContext *context, int timeout_ms);

#endif
