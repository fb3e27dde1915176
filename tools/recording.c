#include "tools/recording.h"

#include <czmq.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "proto/shape.h"

struct ef_recording {
	const char *path; /* borrowed */
	uint8_t *data; /* NULL for an empty file */
	size_t size, at;
};

ef_recording_t *ef_recording_new(const char *path)
{
	ef_recording_t *recording = zmalloc(sizeof(*recording));
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;

	recording->path = path;
	if (fd == -1 || fstat(fd, &status) != 0) {
		goto fail;
	}
	if (!S_ISREG(status.st_mode)) {
		errno = S_ISDIR(status.st_mode) ? EISDIR : ESPIPE;
		goto fail;
	}
	recording->size = (size_t)status.st_size;
	if (recording->size > 0) {
		recording->data = mmap(NULL, recording->size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (recording->data == MAP_FAILED) {
			recording->data = NULL;
			goto fail;
		}
	}
	close(fd);
	return recording;
fail:
	zsys_error("cannot read the recording %s: %s; make one with effigy-record", path,
		strerror(errno));
	if (fd != -1) {
		close(fd);
	}
	free(recording);
	return NULL;
}

void ef_recording_destroy(ef_recording_t **recording_p)
{
	ef_recording_t *recording = *recording_p;

	if (recording != NULL) {
		if (recording->data != NULL) {
			munmap(recording->data, recording->size);
		}
		free(recording);
		*recording_p = NULL;
	}
}

int ef_recording_next(ef_recording_t *recording, ef_message_t *message)
{
	const uint8_t *data = recording->data + recording->at;
	size_t left = recording->size - recording->at;
	const char *why;
	size_t length;

	if (left == 0) {
		return 0;
	}
	why = ef_shape_first(data, left, &length);
	if (why == NULL && ef_message_decode(message, data, length, &why) == 0) {
		recording->at += length;
		return 1;
	}
	zsys_error("%s is broken at byte %zu: %s; what stands before it is used", recording->path,
		recording->at, why);
	recording->at = recording->size;
	return -1;
}

void ef_recording_rewind(ef_recording_t *recording)
{
	recording->at = 0;
}
