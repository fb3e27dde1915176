#include "blender-node/launcher/cast.h"

#include <czmq.h>
#include <sys/wait.h>

#include "blender-node/launcher/swap.h"
#include "proto/base/memory.h"
#include "proto/stage/stats.h"

#define WHY_MAX 4096

/* When a new character crashes or hangs Blender within this time, the previous one is shown again. */
#define TRIAL_MS 60000

struct ef_cast {
	const ef_blender_spec_t *spec;
	const ef_node_options_t *options;
	ef_blender_t live, next; /* the one that is shown, and the one that loads */
	char *before; /* path of the previous character, or NULL */
	char *reason; /* why the requested one is not shown, for the next answer */
	ef_stats_t *stats; /* while nothing is shown, or NULL */
	char note[96];
};

/* Statistics while nothing is shown, for "effigy status" and for the check that this stage runs. */
static void tell_loading(ef_cast_t *cast)
{
	const char *name = strrchr(cast->next.path, '/');

	if (cast->live.pid != -1 || cast->options->stage.stats_path == NULL) {
		return;
	}
	if (cast->stats == NULL) {
		cast->stats =
			ef_stats_new(cast->options->stage.name, cast->options->stage.stats_path, 0);
	}
	snprintf(cast->note, sizeof(cast->note), "loading %s",
		name != NULL ? name + 1 : cast->next.path);
	/* The name goes into JSON and into a table. */
	for (char *c = cast->note; *c != '\0'; c++) {
		*c = (unsigned char)*c < ' ' || strchr("\"\\,{}", *c) != NULL ? '_' : *c;
	}
	ef_stats_note(cast->stats, cast->note);
}

/* Begins to load a character; stops the one that was loading. Returns 0 or -1. */
static int load(ef_cast_t *cast, const char *path)
{
	if (cast->next.pid != -1) {
		kill(cast->next.pid, SIGKILL);
	}
	ef_blender_stop(&cast->next);
	if (ef_blender_start(&cast->next, cast->spec, path) == -1) {
		return -1;
	}
	tell_loading(cast);
	return 0;
}

int ef_cast_begin(ef_cast_t *cast)
{
	char *before = ef_swap_shown_before(cast->options->swap);
	int result = load(cast, before != NULL ? before : cast->options->avatar);

	freen(before);
	return result;
}

static void set_text(char **text, const char *to)
{
	char *copy = to != NULL ? ef_memory_copy(to) : NULL;

	free(*text);
	*text = copy;
}

static void answer(ef_cast_t *cast)
{
	ef_swap_answer(
		cast->options->swap, cast->live.path, cast->reason != NULL ? cast->reason : "");
	set_text(&cast->reason, NULL);
}

/* The loading Blender has drawn its character: it replaces the one that is shown. */
static void exchange(ef_cast_t *cast)
{
	if (cast->live.pid != -1) {
		set_text(&cast->before, cast->live.path);
	}
	ef_blender_stop(&cast->live);
	ef_stats_destroy(&cast->stats);
	cast->live = cast->next;
	cast->next = (ef_blender_t){.pid = -1, .control = -1};
	ef_blender_go(&cast->live);
	answer(cast);
}

/* The text contains a file name, which may hold any byte, and goes to logs and terminals. */
static void make_printable(char *text)
{
	for (; *text != '\0'; text++) {
		*text = iscntrl((unsigned char)*text) ? '?' : *text;
	}
}

/* The loading character cannot be shown. Returns the stage's exit status, or -1 to go on. */
static int give_up(ef_cast_t *cast, char *why)
{
	char *path = cast->next.path;
	int result = -1;

	make_printable(why);
	zsys_error("%s", why);
	set_text(&cast->reason, why);
	cast->next.path = NULL;
	if (cast->next.pid != -1) {
		kill(cast->next.pid, SIGKILL);
	}
	ef_blender_stop(&cast->next);
	if (cast->live.pid != -1) {
		answer(cast);
	} else if (strcmp(path, cast->options->avatar) == 0 ||
		   load(cast, cast->options->avatar) == -1) {
		result = 1;
	}
	free(path);
	return result;
}

/* The Blender that is shown has exited or must be stopped. Returns as give_up. */
static int lose_live(ef_cast_t *cast, char *why)
{
	int on_trial = cast->before != NULL && zclock_mono() - cast->live.started_ms < TRIAL_MS;

	make_printable(why);
	zsys_error("%s; %s", why,
		on_trial ? "the previous character is shown again" : "the stage exits");
	if (cast->live.pid != -1) {
		kill(cast->live.pid, SIGKILL);
	}
	ef_blender_stop(&cast->live);
	if (!on_trial || cast->next.pid != -1) {
		return on_trial ? -1 : 1;
	}
	set_text(&cast->reason, why);
	on_trial = load(cast, cast->before);
	set_text(&cast->before, NULL);
	return on_trial == -1 ? 1 : -1;
}

static void describe_end(const ef_cast_t *cast, const char *path, int status, char *why)
{
	if (WIFSIGNALED(status)) {
		int needs_egl = WTERMSIG(status) == SIGABRT &&
				strcmp(cast->options->display, EF_DISPLAY_NONE) == 0;

		snprintf(why, WHY_MAX,
			"Blender was killed by signal %d (%s) with the character %s%s",
			WTERMSIG(status), strsignal(WTERMSIG(status)), path,
			needs_egl ? "; it does so where EGL does not work: use --display auto"
				  : "");
	} else {
		snprintf(why, WHY_MAX, "Blender exited with status %d with the character %s",
			WEXITSTATUS(status), path);
	}
}

/* Returns as give_up. */
static int reap_live(ef_cast_t *cast)
{
	char why[WHY_MAX];
	int status;

	if (cast->live.pid == -1 || waitpid(cast->live.pid, &status, WNOHANG) != cast->live.pid) {
		return -1;
	}
	cast->live.pid = -1;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		return 0;
	}
	/* It has logged why, and the cause is the stage rather than the character. */
	if (WIFEXITED(status) && WEXITSTATUS(status) == EF_BLENDER_LOGGED) {
		return 1;
	}
	describe_end(cast, cast->live.path, status, why);
	return lose_live(cast, why);
}

/* Returns as give_up. */
static int reap_next(ef_cast_t *cast)
{
	char why[WHY_MAX];
	int status;

	if (cast->next.pid == -1 || waitpid(cast->next.pid, &status, WNOHANG) != cast->next.pid) {
		return -1;
	}
	cast->next.pid = -1;
	/* Its own message tells more than its status. */
	if (ef_blender_hear(&cast->next, why, sizeof(why)) != EF_BLENDER_TROUBLE) {
		describe_end(cast, cast->next.path, status, why);
	}
	return give_up(cast, why);
}

/* Reads the messages of both Blenders, and stops one that exceeds its limits. Returns as give_up. */
static int attend_both(ef_cast_t *cast)
{
	char why[WHY_MAX];
	int is_stage = cast->options->check == NULL;
	int hurry = is_stage && cast->options->stage.policy == EF_LATEST;

	if (cast->live.pid != -1) {
		ef_blender_hear(&cast->live, why, sizeof(why));
		if (ef_blender_fails_to_draw(&cast->live, hurry, why, sizeof(why))) {
			return lose_live(cast, why);
		}
	}
	if (cast->next.pid == -1) {
		return -1;
	}
	switch (ef_blender_hear(&cast->next, why, sizeof(why))) {
	case EF_BLENDER_READY:
		exchange(cast);
		return -1;
	case EF_BLENDER_TROUBLE:
		return give_up(cast, why);
	default:
		return ef_blender_fails_to_load(&cast->next, why, sizeof(why)) ? give_up(cast, why)
									       : -1;
	}
}

static void look_for_wish(ef_cast_t *cast)
{
	char *path = ef_swap_asked(cast->options->swap);

	if (path != NULL && load(cast, path) == -1 && cast->live.pid != -1) {
		set_text(&cast->reason, "cannot start another Blender; see the stage's log");
		answer(cast);
	}
	free(path);
}

/* When the stage is stopped while a new character keeps Blender busy, the next run shows the previous
 * one: the new one would keep it busy again. */
static void judge_last(ef_cast_t *cast)
{
	if (cast->live.pid != -1 && cast->before != NULL &&
		zclock_mono() - cast->live.started_ms < TRIAL_MS &&
		zclock_mono() - cast->live.heard_ms > EF_BLENDER_SILENT_MS / 2) {
		ef_swap_answer(cast->options->swap, cast->before,
			"the requested character kept Blender busy");
	}
}

ef_cast_t *ef_cast_new(const ef_blender_spec_t *spec)
{
	ef_cast_t *cast = ef_memory_new(sizeof(*cast));

	cast->spec = spec;
	cast->options = spec->options;
	cast->live = cast->next = (ef_blender_t){.pid = -1, .control = -1};
	return cast;
}

void ef_cast_destroy(ef_cast_t **cast_p)
{
	ef_cast_t *cast = *cast_p;

	if (cast == NULL) {
		return;
	}
	judge_last(cast);
	if (cast->next.pid != -1) {
		kill(cast->next.pid, SIGKILL);
	}
	ef_blender_stop(&cast->next);
	ef_blender_stop(&cast->live);
	ef_stats_destroy(&cast->stats);
	free(cast->before);
	free(cast->reason);
	free(cast);
	*cast_p = NULL;
}

int ef_cast_reap(ef_cast_t *cast)
{
	int status = reap_live(cast);

	return status != -1 ? status : reap_next(cast);
}

int ef_cast_attend(ef_cast_t *cast)
{
	int status = attend_both(cast);

	if (status == -1) {
		look_for_wish(cast);
	}
	if (cast->stats != NULL) {
		ef_stats_tick(cast->stats);
	}
	return status;
}

int ef_cast_control(const ef_cast_t *cast)
{
	return cast->next.control;
}
