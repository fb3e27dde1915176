#include "recording/recording.h"

#include <czmq.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "proto/base/memory.h"
#include "proto/wire/outline.h"
#include "recording/bytes.h"
#include "recording/index.h"

#define ROOM_BYTES 65536 /* initial size of the buffer; it grows up to the largest message */

struct ef_recording {
	const char *name; /* borrowed */
	int fd;
	int64_t size; /* of the file, when it was opened; 0 for a pipe */
	ef_bytes_t *bytes;
	int64_t offset; /* in what the file holds, of the byte at data + at */
	uint8_t *data;
	size_t room, filled, at;
	ef_header_t header;
	int is_broken, is_cut;
	int is_broken_first; /* before the first message; the next call tells */
	int is_started; /* the first message was read */
	int64_t first_t; /* of that message */
	int64_t from, to; /* what part is read */
	int is_index_used; /* since the last rewind */
	int is_index_wrong;
	int is_jumped; /* the next message should be the one at jump */
	ef_index_entry_t jump;
};

static ef_recording_t *fail(ef_recording_t *recording)
{
	zsys_error("cannot read the recording %s: %s; create one with effigy-record",
		recording->name, strerror(errno));
	ef_recording_destroy(&recording);
	return NULL;
}

/* Returns 0, or -1 with errno. */
static int open_file(ef_recording_t *recording, const char *path)
{
	int is_input = strcmp(path, "-") == 0;
	struct stat status;

	/* Opening a pipe must not block. */
	recording->fd =
		is_input ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (recording->fd == -1 || fstat(recording->fd, &status) != 0) {
		return -1;
	}
	if (S_ISDIR(status.st_mode) || (!is_input && !S_ISREG(status.st_mode))) {
		errno = S_ISDIR(status.st_mode) ? EISDIR : ESPIPE;
		return -1;
	}
	/* Standard input may have been read by another program before. */
	recording->size = is_input ? 0 : status.st_size;
	return 0;
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

/* After a jump, the index is to blame, and it was read from elsewhere: see jump_back (). */
static int break_off(ef_recording_t *recording, const char *why)
{
	recording->is_broken = 1;
	if (recording->is_jumped) {
		return -1;
	}
	zsys_error("%s is damaged at byte %" PRId64 "%s: %s; the messages before it are used",
		recording->name, recording->offset,
		ef_bytes_is_packed(recording->bytes) ? " of what zstdcat prints" : "", why);
	return -1;
}

/* At the end of the file, with left bytes of a message. */
static int end(ef_recording_t *recording, size_t left, const char *why)
{
	if (ef_bytes_used(recording->bytes) < recording->size) {
		return break_off(recording, "the file became shorter while it was being read");
	}
	if (ef_bytes_is_packed(recording->bytes)) {
		recording->is_cut = !ef_bytes_is_complete(recording->bytes);
		return left > 0 && !recording->is_cut ? break_off(recording, why) : 0;
	}
	recording->is_cut = left > 0;
	return 0;
}

/* Finds the next map, at data + at. Returns 1 with its length; 0 at the end; -1 after damage. */
static int find_map(ef_recording_t *recording, size_t *length)
{
	while (!recording->is_broken) {
		size_t left = recording->filled - recording->at;
		const char *why = ef_shape_first(recording->data + recording->at, left, length);
		const char *broken = NULL;
		ssize_t got;

		if (why == NULL) {
			return 1;
		}
		/* Perhaps the rest of the map was not read yet. */
		if ((left > 0 && !ef_shape_is_short(why)) || !make_room(recording)) {
			return break_off(recording, why);
		}
		got = ef_bytes_read(recording->bytes, recording->data + recording->filled,
			recording->room - recording->filled, &broken);
		if (got == -1) {
			return break_off(recording, broken);
		}
		if (got == 0) {
			return end(recording, left, why);
		}
		recording->filled += (size_t)got;
	}
	return 0;
}

static void pass(ef_recording_t *recording, size_t length)
{
	recording->at += length;
	recording->offset += (int64_t)length;
}

/* Reads the header, if there is one. Returns 0, or -1 after logging why the recording cannot be
 * read. Damage before the first message is reported when that is read. */
static int read_header(ef_recording_t *recording)
{
	const char *why = NULL;
	size_t length;
	int got;

	got = find_map(recording, &length);
	if (got != 1) {
		recording->is_broken_first = got == -1;
		return 0;
	}
	got = ef_header_decode(&recording->header, recording->data + recording->at, length, &why);
	if (got == -1) {
		if (recording->header.version > 0) {
			zsys_error("%s is a recording of version %d, and this Effigy reads version "
				   "%d; use the Effigy that made it",
				recording->name, recording->header.version, EF_RECORDING_VERSION);
		} else {
			zsys_error("%s is no recording: %s", recording->name, why);
		}
		return -1;
	}
	if (got == 1) {
		pass(recording, length);
	}
	return 0;
}

ef_recording_t *ef_recording_new(const char *path)
{
	ef_recording_t *recording = ef_memory_new(sizeof(*recording));

	recording->name = strcmp(path, "-") == 0 ? "standard input" : path;
	recording->to = INT64_MAX;
	if (open_file(recording, path) == -1) {
		return fail(recording);
	}
	/* Keeps effigy-record from overwriting the file during the replay. */
	if (flock(recording->fd, LOCK_SH | LOCK_NB) == -1 && errno == EWOULDBLOCK) {
		zsys_error("cannot read the recording %s: effigy-record is still writing it; stop "
			   "effigy-record first",
			recording->name);
		ef_recording_destroy(&recording);
		return NULL;
	}
	recording->room = ROOM_BYTES;
	recording->data = ef_memory_new(recording->room);
	recording->bytes = ef_bytes_new(recording->fd);
	if (read_header(recording) == -1) {
		ef_recording_destroy(&recording);
	}
	return recording;
}

void ef_recording_destroy(ef_recording_t **recording_p)
{
	ef_recording_t *recording = *recording_p;

	if (recording != NULL) {
		if (recording->fd != -1) {
			close(recording->fd);
		}
		ef_bytes_destroy(&recording->bytes);
		ef_header_finish(&recording->header);
		free(recording->data);
		free(recording);
		*recording_p = NULL;
	}
}

const char *ef_recording_name(const ef_recording_t *recording)
{
	return recording->name;
}

const ef_header_t *ef_recording_header(const ef_recording_t *recording)
{
	return &recording->header;
}

void ef_recording_limit(ef_recording_t *recording, int64_t from, int64_t to)
{
	recording->from = from;
	recording->to = to;
}

/* Continues at that byte of the file. */
static void go_to(ef_recording_t *recording, int64_t offset)
{
	recording->filled = recording->at = 0;
	recording->offset = 0;
	recording->is_cut = 0;
	if (ef_bytes_seek(recording->bytes, offset) == -1) {
		recording->is_broken = 1;
	}
}

static void blame_index(ef_recording_t *recording)
{
	zsys_warning("the index of %s is wrong; the recording is read from its beginning",
		recording->name);
	recording->is_index_wrong = 1;
}

/* Goes to the block in which the part begins, if there is an index that knows it. */
static void jump(ef_recording_t *recording)
{
	ef_index_t index = {0};
	const ef_index_entry_t *entry = NULL;
	int got = 0;

	recording->is_index_used = 1;
	if (ef_bytes_is_packed(recording->bytes) && recording->size > 0) {
		got = ef_index_read(&index, recording->fd, recording->size);
	}
	if (got == -1) {
		blame_index(recording);
	} else if (got == 1) {
		entry = ef_index_find(&index, recording->first_t + recording->from);
	}
	if (entry != NULL && entry->offset > ef_bytes_used(recording->bytes)) {
		recording->jump = *entry;
		recording->is_jumped = 1;
		go_to(recording, entry->offset);
	}
	ef_index_finish(&index);
}

/* What is there is not what the index told. */
static void jump_back(ef_recording_t *recording)
{
	blame_index(recording);
	recording->is_jumped = recording->is_broken = 0;
	ef_recording_rewind(recording);
}

/* Reads the next message of the file. */
static int read_message(ef_recording_t *recording, ef_message_t *message)
{
	size_t length = 0;
	const char *why = NULL;
	int got = recording->is_broken_first ? -1 : find_map(recording, &length);

	recording->is_broken_first = 0;
	if (got == 1 &&
		ef_message_decode(message, recording->data + recording->at, length, &why) == -1) {
		got = break_off(recording, why);
	}
	if (got == 1) {
		pass(recording, length);
	}
	return got;
}

/* True when a jump has missed. */
static int has_missed(ef_recording_t *recording, int got, const ef_message_t *message)
{
	int missed = recording->is_jumped && (got != 1 || message->head.t != recording->jump.t);

	if (!missed) {
		recording->is_jumped = 0;
	}
	return missed;
}

int ef_recording_next(ef_recording_t *recording, ef_message_t *message)
{
	for (;;) {
		int got = read_message(recording, message);
		int64_t since;

		if (has_missed(recording, got, message)) {
			jump_back(recording);
			continue;
		}
		if (got != 1) {
			return got;
		}
		if (!recording->is_started) {
			recording->is_started = 1;
			recording->first_t = message->head.t;
		}
		since = message->head.t - recording->first_t;
		if (since >= recording->from) {
			return since < recording->to;
		}
		if (!recording->is_index_used && !recording->is_index_wrong) {
			jump(recording);
		}
	}
}

void ef_recording_rewind(ef_recording_t *recording)
{
	size_t length;

	recording->is_index_used = 0;
	go_to(recording, 0);
	if (recording->header.version > 0 && find_map(recording, &length) == 1) {
		pass(recording, length);
	}
}

int ef_recording_is_cut(const ef_recording_t *recording)
{
	return recording->is_cut;
}

int64_t ef_recording_used(const ef_recording_t *recording)
{
	return ef_bytes_used(recording->bytes);
}

int64_t ef_recording_unpacked(const ef_recording_t *recording)
{
	return recording->offset;
}
