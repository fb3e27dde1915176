#define _GNU_SOURCE /* pipe2 */
#include "agent/restart.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/base/clock.h"
#include "proto/base/memory.h"

#define LIMIT_NS INT64_C(15000000000) /* longer than supervisorctl's own limit in effigy */
#define PREFIX "effigy: " /* of what the script says */

extern char **environ;

struct ef_restart {
	const char *command;
	pid_t pid; /* also its process group; 0: none runs */
	int said; /* the command writes there */
	char words[256]; /* the beginning of what it wrote */
	size_t count;
	int64_t until_ns;
};

ef_restart_t *ef_restart_new(const char *command)
{
	ef_restart_t *restart = ef_memory_new(sizeof(*restart));

	restart->command = command;
	restart->said = -1;
	return restart;
}

static void end(ef_restart_t *restart)
{
	close(restart->said);
	restart->said = -1;
	restart->pid = 0;
}

void ef_restart_destroy(ef_restart_t **restart_p)
{
	ef_restart_t *restart = *restart_p;

	if (restart != NULL) {
		if (restart->pid != 0) {
			kill(-restart->pid, SIGKILL);
			waitpid(restart->pid, NULL, 0);
			end(restart);
		}
		free(restart);
		*restart_p = NULL;
	}
}

/* Returns 0 or an error number. out: where the command's output and errors go. */
static int start(ef_restart_t *restart, const char *stage, int out)
{
	char *const words[] = {(char *)restart->command, (char *)"restart", (char *)stage, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int failed;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO);
	posix_spawnattr_init(&attributes);
	/* A group of its own: it is killed as a whole, and not with the agent. */
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&attributes, &none);
	failed = posix_spawnp(
		&restart->pid, restart->command, &actions, &attributes, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return failed;
}

int ef_restart_begin(ef_restart_t *restart, const char *stage, char *why, size_t size)
{
	int ends[2], failed;

	if (restart->pid != 0) {
		snprintf(why, size, "another restart has not ended yet; try again");
		return -1;
	}
	if (pipe2(ends, O_CLOEXEC) == -1) {
		snprintf(why, size, "cannot make a pipe: %s", strerror(errno));
		return -1;
	}
	failed = start(restart, stage, ends[1]);
	close(ends[1]);
	if (failed) {
		snprintf(why, size, "cannot run %s: %s", restart->command, strerror(failed));
		close(ends[0]);
		restart->pid = 0;
		return -1;
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	restart->said = ends[0];
	restart->count = 0;
	restart->until_ns = ef_now_ns() + LIMIT_NS;
	return 0;
}

int ef_restart_runs(const ef_restart_t *restart)
{
	return restart->pid != 0;
}

/* Reads what the command wrote, so that it never waits, and keeps the beginning. */
static void hear(ef_restart_t *restart)
{
	char more[4096];
	ssize_t length;

	while ((length = read(restart->said, more, sizeof(more))) > 0) {
		size_t room = sizeof(restart->words) - 1 - restart->count;
		size_t kept = (size_t)length < room ? (size_t)length : room;

		memcpy(restart->words + restart->count, more, kept);
		restart->count += kept;
	}
	restart->words[restart->count] = '\0';
}

/* Takes the first line, without what the wire does not carry. */
static void take_reason(ef_restart_t *restart, char *why, size_t size)
{
	snprintf(why, size, "%.*s", (int)strcspn(restart->words, "\n"), restart->words);
	if (strncmp(why, PREFIX, strlen(PREFIX)) == 0) {
		memmove(why, why + strlen(PREFIX), strlen(why) - strlen(PREFIX) + 1);
	}
	for (char *at = why; *at != '\0'; at++) {
		*at = isprint((unsigned char)*at) ? *at : '?';
	}
	if (why[0] == '\0') {
		snprintf(why, size, "%s restart failed", restart->command);
	}
}

int ef_restart_done(ef_restart_t *restart, char *why, size_t size)
{
	int status = 0;
	pid_t ended = waitpid(restart->pid, &status, WNOHANG);

	hear(restart);
	if (ended == 0 && ef_now_ns() < restart->until_ns) {
		return 0;
	}
	if (ended == 0) {
		kill(-restart->pid, SIGKILL);
		waitpid(restart->pid, NULL, 0);
		snprintf(why, size, "it took longer than 15 s");
		end(restart);
		return -1;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		end(restart);
		return 1;
	}
	take_reason(restart, why, size);
	end(restart);
	return -1;
}
