#include "normaliser/calibrate/screen.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LINES (EF_TASKS + 2) /* of the picture: prompt, count, bars, a line for the cursor */
#define COLUMNS_MIN 20
#define BAR 40 /* characters, at most */
#define BESIDE 16 /* what stands beside a bar */
#define DRAW_NS 100000000

static const char *const waits[] = {
	[EF_COURSE_NO_FRAMES] = "waiting: no frames come from the webcam",
	[EF_COURSE_NO_FACE] = "waiting: no face is seen",
	[EF_COURSE_LOOKS_ASIDE] = "waiting: turn your face to the webcam",
};

static struct winsize size_of(FILE *file)
{
	struct winsize size = {0};

	if (ioctl(fileno(file), TIOCGWINSZ, &size) == -1 || size.ws_row == 0 || size.ws_col == 0) {
		size = (struct winsize){.ws_row = 24, .ws_col = 80};
	}
	return size;
}

void ef_screen_init(ef_screen_t *screen, FILE *file)
{
	const char *terminal = getenv("TERM");
	struct winsize size = size_of(file);

	*screen = (ef_screen_t){.file = file, .task = EF_TASKS};
	screen->in_place = isatty(fileno(file)) && terminal != NULL && *terminal != '\0' &&
			   strcmp(terminal, "dumb") != 0 && size.ws_row > LINES &&
			   size.ws_col >= COLUMNS_MIN;
}

/* Prints a line, cut so that it takes one line of the terminal. */
__attribute__((format(printf, 2, 3))) static void line(
	const ef_screen_t *screen, const char *format, ...)
{
	char text[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (screen->in_place) {
		fprintf(screen->file, "%.*s\033[K\n", size_of(screen->file).ws_col - 1, text);
	} else {
		fprintf(screen->file, "%s\n", text);
	}
}

/* What became of the task before. */
static void tell_result(const ef_screen_t *screen, const ef_course_t *course, ef_task_t task)
{
	double reached = course->reached[task];

	if (task == EF_TASK_REST) {
		line(screen, "face at rest: learned");
	} else if (reached == 0) {
		line(screen, "%s: hardly seen again; it is shown as for everybody",
			ef_task_name(task));
	} else {
		line(screen, "%s: reached %.2f", ef_task_name(task), reached);
	}
}

static void tell_events(ef_screen_t *screen, const ef_course_t *course)
{
	if (course->task != screen->task && course->task > EF_TASK_REST) {
		tell_result(screen, course, course->task - 1);
	} else if (course->tries > screen->tries) {
		line(screen, "%s: hardly seen; once more", ef_task_name(course->task));
	}
	if (!screen->in_place && course->task < EF_TASKS &&
		(course->task != screen->task || course->tries > screen->tries)) {
		line(screen, "%s (in %.0f s, for 2 s)", ef_task_prompt(course->task),
			ceil(course->left));
	}
	if (!screen->in_place && course->waits != screen->waits &&
		course->waits != EF_COURSE_GOES_ON) {
		line(screen, "%s", waits[course->waits]);
	}
}

static void draw_bar(const ef_screen_t *screen, const ef_course_t *course, ef_task_t task)
{
	static const char full[BAR + 1] = "########################################";
	double now = isfinite(course->now[task]) ? course->now[task] : 0;
	int width = (int)fmin(BAR, size_of(screen->file).ws_col - BESIDE);
	int length = (int)lround(fmin(fmax(now, 0), 1) * width);

	line(screen, "%c %-10s |%.*s%*s|", task == course->task ? '>' : ' ', ef_task_name(task),
		length, full, width - length, "");
}

static void draw(ef_screen_t *screen, const ef_course_t *course)
{
	line(screen, "%s", ef_task_prompt(course->task));
	if (course->waits != EF_COURSE_GOES_ON) {
		line(screen, "%s", waits[course->waits]);
	} else if (course->holds) {
		line(screen, "hold it: %.0f s", ceil(course->left));
	} else {
		line(screen, "in %.0f s", ceil(course->left));
	}
	for (ef_task_t task = EF_TASK_SMILE; task < EF_TASKS; task++) {
		draw_bar(screen, course, task);
	}
	screen->drawn = EF_TASKS + 1;
}

void ef_screen_show(ef_screen_t *screen, const ef_course_t *course, int64_t t)
{
	int is_new = course->task != screen->task || course->holds != screen->holds ||
		     course->tries > screen->tries || course->waits != screen->waits;

	if (!is_new && (t < screen->next && t > screen->next - DRAW_NS)) {
		return;
	}
	screen->next = t + DRAW_NS;
	if (screen->drawn > 0) {
		fprintf(screen->file, "\033[%dA", screen->drawn);
		screen->drawn = 0;
	}
	tell_events(screen, course);
	if (screen->in_place && course->task < EF_TASKS) {
		draw(screen, course);
	} else if (screen->in_place) {
		/* A bell for who has shut the eyes, and no bars any more. */
		fputs("\a\033[J", screen->file);
	}
	fflush(screen->file);
	screen->task = course->task;
	screen->holds = course->holds;
	screen->tries = course->tries;
	screen->waits = course->waits;
}
