#include "blender-node/launcher/swap.h"

#include <czmq.h>
#include <fcntl.h>

#include "proto/base/memory.h"
#include "proto/stage/answer.h"

/* The file's first line without its end; NULL when there is none. Ignores pipes and devices. */
static char *first_line(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	char text[PATH_MAX + 1];
	struct stat status;
	ssize_t size = -1;

	if (fd == -1) {
		return NULL;
	}
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
		size = read(fd, text, sizeof(text) - 1);
	}
	close(fd);
	if (size <= 0) {
		return NULL;
	}
	text[size] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return *text != '\0' ? ef_memory_copy(text) : NULL;
}

char *ef_swap_asked(const char *file)
{
	char *path;

	if (file == NULL || access(file, F_OK) != 0) {
		return NULL;
	}
	path = first_line(file);
	unlink(file);
	return path;
}

char *ef_swap_shown_before(const char *file)
{
	char *answer, *path;

	if (file == NULL) {
		return NULL;
	}
	answer = ef_memory_print("%s.answer", file);
	path = first_line(answer);
	freen(answer);
	return path;
}

void ef_swap_answer(const char *file, const char *shown, const char *reason)
{
	char *text;

	if (file != NULL) {
		text = ef_memory_print("%s\n%s\n", shown, reason);
		ef_answer(file, text);
		freen(text);
	}
}
