#include "proto/base/buffer.h"

#include <stdlib.h>

uint8_t *ef_buffer_reserve(ef_buffer_t *buffer, size_t size)
{
	if (buffer->size < size) {
		free(buffer->data);
		buffer->data = malloc(size);
		buffer->size = buffer->data != NULL ? size : 0;
	}
	return buffer->data;
}

void ef_buffer_finish(ef_buffer_t *buffer)
{
	free(buffer->data);
	*buffer = (ef_buffer_t){0};
}
