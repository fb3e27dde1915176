#define _GNU_SOURCE /* pipe2 */

#include "blender-node/launcher/display.h"

#include <X11/Xauth.h>
#include <czmq.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/random.h>

#include "blender-node/launcher/child.h"
#include "proto/base/memory.h"

#define START_MS 20000
#define STOP_MS 300

char *ef_display_authority(const char *folder)
{
	static char name[] = "MIT-MAGIC-COOKIE-1";
	char cookie[16], *path = ef_memory_print("%s/xauthority", folder);
	/* FamilyWild: for every display. */
	Xauth entry = {.family = FamilyWild,
		.name_length = sizeof(name) - 1,
		.name = name,
		.data_length = sizeof(cookie),
		.data = cookie};
	FILE *file = fopen(path, "wxe");
	int written = file != NULL &&
		      getrandom(cookie, sizeof(cookie), 0) == (ssize_t)sizeof(cookie) &&
		      XauWriteAuth(file, &entry);

	if (file != NULL && fclose(file) != 0) {
		written = 0;
	}
	if (!written) {
		zsys_error("cannot write %s: %s", path, strerror(errno));
		freen(path);
	}
	return path;
}

static pid_t spawn(const char *xauthority, int number_fd)
{
	char fd_text[16];
	const char *argv[] = {"Xvfb", "-displayfd", fd_text, "-screen", "0", "640x480x24",
		"-nolisten", "tcp", "-noreset", "-auth", xauthority, NULL};
	const ef_child_spec_t spec = {
		.name = "Xvfb",
		.argv = (char *const *)argv,
		/* It then removes its lock and socket. */
		.death_signal = SIGTERM,
		.keep_fd = number_fd,
		/* Its keymap compiler warns at each start. */
		.quiet_errors = 1,
	};

	snprintf(fd_text, sizeof(fd_text), "%d", number_fd);
	return ef_child_start(&spec);
}

/* Reads "N\n". Returns 0, -1 when Xvfb gave up or time ran out, -2 when stopped. */
static int read_number(int fd, int stop_fd, char name[16])
{
	struct pollfd watched[] = {{.fd = fd, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN}};
	char text[12] = "";
	size_t used = 0;
	int64_t deadline = zclock_mono() + START_MS;

	while (used < sizeof(text) - 1 && strchr(text, '\n') == NULL) {
		int64_t left = deadline - zclock_mono();
		ssize_t got;

		if (left <= 0 || poll(watched, 2, (int)left) == 0) {
			return -1;
		}
		if (watched[1].revents != 0) {
			return -2;
		}
		got = read(fd, text + used, sizeof(text) - 1 - used);
		if (got <= 0) {
			return -1;
		}
		used += (size_t)got;
		text[used] = '\0';
	}
	snprintf(name, 16, ":%d", atoi(text));
	return 0;
}

pid_t ef_display_start(const char *xauthority, int stop_fd, char name[16])
{
	char program[PATH_MAX];
	int ends[2], result;
	pid_t pid;

	if (ef_program_find("Xvfb", program) == -1) {
		zsys_error("Xvfb is not installed, and Blender draws only on an X display; install "
			   "the package xvfb, or use --display :N");
		return -1;
	}
	if (pipe2(ends, O_CLOEXEC) == -1) {
		zsys_error("cannot make a pipe: %s", strerror(errno));
		return -1;
	}
	pid = spawn(xauthority, ends[1]);
	close(ends[1]);
	result = pid == -1 ? -1 : read_number(ends[0], stop_fd, name);
	close(ends[0]);
	if (pid != -1 && result != 0) {
		ef_child_stop(&pid, SIGTERM, STOP_MS);
		if (result == -1) {
			zsys_error("Xvfb did not start; run \"Xvfb :99\" to see why, or use "
				   "--display :N");
		}
	}
	return result == 0 ? pid : result;
}
