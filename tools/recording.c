#include "tools/recording.h"

#include <czmq.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "proto/base/memory.h"
#include "proto/wire/outline.h"

#define ROOM_BYTES 65536 /* initial size of the buffer; it grows up to the largest message */

struct ef_recording {
	const char *path; /* borrowed */
	int fd;
	int64_t size; /* of the file, when it was opened */
	int64_t offset; /* in the file, of the byte at data + at */
	uint8_t *data;
	size_t room, filled, at;
	int broken;
};

static ef_recording_t *fail(ef_recording_t *recording)
{
	zsys_error("cannot read the recording %s: %s; create one with effigy-record",
		recording->path, strerror(errno));
	ef_recording_destroy(&recording);
	return NULL;
}

ef_recording_t *ef_recording_new(const char *path)
{
	ef_recording_t *recording = ef_memory_new(sizeof(*recording));
	struct stat status;

	recording->path = path;
	/* Opening a pipe must not block. */
	recording->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (recording->fd == -1 || fstat(recording->fd, &status) != 0) {
		return fail(recording);
	}
	if (!S_ISREG(status.st_mode)) {
		errno = S_ISDIR(status.st_mode) ? EISDIR : ESPIPE;
		return fail(recording);
	}
	/* Keeps effigy-record from overwriting the file during the replay. */
	if (flock(recording->fd, LOCK_SH | LOCK_NB) == -1 && errno == EWOULDBLOCK) {
		zsys_error("cannot read the recording %s: effigy-record is still writing it; stop "
			   "effigy-record first",
			path);
		ef_recording_destroy(&recording);
		return NULL;
	}
	recording->size = status.st_size;
	recording->room = ROOM_BYTES;
	recording->data = ef_memory_new(recording->room);
	return recording;
}

void ef_recording_destroy(ef_recording_t **recording_p)
{
	ef_recording_t *recording = *recording_p;

	if (recording != NULL) {
		if (recording->fd != -1) {
			close(recording->fd);
		}
		free(recording->data);
		free(recording);
		*recording_p = NULL;
	}
}

/* Makes room at the end of the buffer. Returns 0 when a message has reached the largest size. */
static int make_room(ef_recording_t *recording)
{
	size_t left = recording->filled - recording->at;

	if (recording->at > 0) {
		memmove(recording->data, recording->data + recording->at, left);
		recording->filled = left;
		recording->at = 0;
	} else if (recording->filled == recording->room) {
		size_t room = 2 * recording->room;
		uint8_t *data = left < EF_MESSAGE_MAX ? realloc(recording->data, room) : NULL;

		if (data == NULL) {
			return 0;
		}
		recording->data = data;
		recording->room = room;
	}
	return 1;
}

/* Reads more bytes. Returns their number: 0 at the end of the file, -1 with errno. */
static ssize_t read_more(ef_recording_t *recording)
{
	ssize_t got;

	do {
		got = read(recording->fd, recording->data + recording->filled,
			recording->room - recording->filled);
	} while (got == -1 && errno == EINTR);
	recording->filled += got > 0 ? (size_t)got : 0;
	return got;
}

static int break_off(ef_recording_t *recording, const char *why)
{
	zsys_error("%s is damaged at byte %" PRId64 ": %s; the messages before it are used",
		recording->path, recording->offset, why);
	recording->broken = 1;
	return -1;
}

/* At the end of the file. */
static int end(ef_recording_t *recording, const char *why)
{
	if (recording->filled > recording->at) {
		return break_off(recording, why);
	}
	if (recording->offset < recording->size) {
		return break_off(recording, "the file became shorter while it was being read");
	}
	return 0;
}

int ef_recording_next(ef_recording_t *recording, ef_message_t *message)
{
	while (!recording->broken) {
		const uint8_t *data = recording->data + recording->at;
		size_t left = recording->filled - recording->at, length = 0;
		const char *why = ef_shape_first(data, left, &length);
		ssize_t got;

		if (why == NULL) {
			if (ef_message_decode(message, data, length, &why) == -1) {
				return break_off(recording, why);
			}
			recording->at += length;
			recording->offset += (int64_t)length;
			return 1;
		}
		/* Perhaps the rest of the message was not read yet. */
		if (!make_room(recording)) {
			return break_off(recording, why);
		}
		got = read_more(recording);
		if (got == -1) {
			return break_off(recording, strerror(errno));
		}
		if (got == 0) {
			return end(recording, why);
		}
	}
	return 0;
}

void ef_recording_rewind(ef_recording_t *recording)
{
	recording->filled = recording->at = 0;
	recording->offset = 0;
	if (lseek(recording->fd, 0, SEEK_SET) == -1) {
		recording->broken = 1;
	}
}
