#include "blender-node/launcher/child.h"

#include <czmq.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "blender-node/launcher/usage.h"
#include "proto/base/memory.h"

/* In the child: never returns. */
static void become(const ef_child_spec_t *spec, pid_t parent)
{
	sigset_t none;
	int nowhere = open("/dev/null", O_RDWR);

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, spec->death_signal);
	/* The parent may have died before that took hold. */
	if (getppid() != parent) {
		_exit(127);
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	dup2(nowhere, STDIN_FILENO);
	dup2(nowhere, STDOUT_FILENO);
	if (spec->quiet_errors) {
		dup2(nowhere, STDERR_FILENO);
	}
	if (spec->keep_fd != -1) {
		fcntl(spec->keep_fd, F_SETFD, 0);
	}
	if (spec->path != NULL) {
		setenv("PATH", spec->path, 1);
	}
	if (spec->bounded) {
		ef_usage_limit_self();
	}
	if (spec->confine == NULL || ef_confine_enter(spec->confine) == 0) {
		execvp(spec->argv[0], spec->argv);
	}
	_exit(127);
}

pid_t ef_child_start(const ef_child_spec_t *spec)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid == 0) {
		become(spec, parent);
	}
	if (pid == -1) {
		zsys_error("cannot start %s: %s", spec->name, strerror(errno));
	}
	return pid;
}

void ef_child_stop(pid_t *pid, int signal, int wait_ms)
{
	int64_t deadline = zclock_mono() + wait_ms;

	if (*pid == -1) {
		return;
	}
	kill(*pid, signal);
	while (waitpid(*pid, NULL, WNOHANG) == 0) {
		if (zclock_mono() >= deadline) {
			kill(-*pid, SIGKILL);
			waitpid(*pid, NULL, 0);
			break;
		}
		zclock_sleep(5);
	}
	*pid = -1;
}

static int executable(const char *path)
{
	struct stat status;

	return access(path, X_OK) == 0 && stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

int ef_program_find(const char *program, char found[PATH_MAX])
{
	const char *path = getenv("PATH");
	char *list, *rest = NULL;
	int result = -1;

	if (strchr(program, '/') != NULL) {
		snprintf(found, PATH_MAX, "%s", program);
		return executable(program) ? 0 : -1;
	}
	list = ef_memory_copy(path != NULL ? path : "/usr/local/bin:/usr/bin:/bin");
	for (char *folder = strtok_r(list, ":", &rest); folder != NULL && result == -1;
		folder = strtok_r(NULL, ":", &rest)) {
		snprintf(found, PATH_MAX, "%s/%s", folder, program);
		result = executable(found) ? 0 : -1;
	}
	free(list);
	return result;
}
