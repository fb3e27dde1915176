/* A buffer that is reused and only grows, for sizes that come from outside, such as images. The
 * caller compares the size with its limit first. */
#ifndef EF_BUFFER_H
#define EF_BUFFER_H

#include <stddef.h>
#include <stdint.h>

/* Zero-initialised. */
typedef struct {
	uint8_t *data;
	size_t size; /* bytes allocated */
} ef_buffer_t;

/* Makes the buffer hold at least size bytes; when it has to grow, its content is lost. Returns
 * buffer->data, or NULL when out of memory. */
uint8_t *ef_buffer_reserve(ef_buffer_t *buffer, size_t size);

void ef_buffer_finish(ef_buffer_t *buffer);

#endif
