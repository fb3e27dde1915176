#include "capture/v4l2/v4l2_controls.h"

#include <ctype.h>
#include <czmq.h>
#include <errno.h>

/* Older and newer names that Linux gives the controls of USB webcams. */
static const char *const renamed[][2] = {
	{"exposure_auto_priority", "exposure_dynamic_framerate"},
	{"exposure_auto", "auto_exposure"},
	{"exposure_absolute", "exposure_time_absolute"},
	{"focus_auto", "focus_automatic_continuous"},
	{"white_balance_temperature_auto", "white_balance_automatic"},
};

void ef_control_normalise(const char *told, char text[EF_CONTROL_TEXT])
{
	size_t used = 0;
	int gap = 0;

	for (; *told != '\0' && used + 2 < EF_CONTROL_TEXT; told++) {
		if (!isalnum((unsigned char)*told)) {
			gap = used > 0;
			continue;
		}
		if (gap) {
			text[used++] = '_';
		}
		text[used++] = (char)tolower((unsigned char)*told);
		gap = 0;
	}
	text[used] = '\0';
}

int ef_control_is(const char *name, const char *told)
{
	char text[EF_CONTROL_TEXT];

	ef_control_normalise(told, text);
	for (size_t i = 0; i < sizeof(renamed) / sizeof(renamed[0]); i++) {
		if ((strcmp(name, renamed[i][0]) == 0 && strcmp(text, renamed[i][1]) == 0) ||
			(strcmp(name, renamed[i][1]) == 0 && strcmp(text, renamed[i][0]) == 0)) {
			return 1;
		}
	}
	return strcmp(name, text) == 0;
}

/* Copies the text between two places without the blanks around it. Returns 0, or -1 when it is
 * empty or too long. */
static int copy_trimmed(const char *from, const char *end, char text[EF_CONTROL_TEXT])
{
	while (from < end && isspace((unsigned char)*from)) {
		from++;
	}
	while (end > from && isspace((unsigned char)end[-1])) {
		end--;
	}
	if (from == end || end - from >= EF_CONTROL_TEXT) {
		return -1;
	}
	memcpy(text, from, (size_t)(end - from));
	text[end - from] = '\0';
	return 0;
}

static int parse_one(const char *text, const char *equals, const char *end,
	char name[EF_CONTROL_TEXT], char value[EF_CONTROL_TEXT])
{
	char given[EF_CONTROL_TEXT];

	if (copy_trimmed(text, equals, given) == -1 || copy_trimmed(equals + 1, end, value) == -1) {
		return -1;
	}
	ef_control_normalise(given, name);
	return name[0] != '\0' ? 0 : -1;
}

int ef_controls_parse(const char *text, ef_controls_t *controls, char *why, size_t size)
{
	*controls = (ef_controls_t){0};
	for (;;) {
		size_t length = strcspn(text, ",");
		const char *equals = memchr(text, '=', length);

		if (controls->count == EF_CONTROLS_MAX) {
			snprintf(why, size, "at most %d controls", EF_CONTROLS_MAX);
			return -1;
		}
		if (equals == NULL || parse_one(text, equals, text + length,
					      controls->wanted[controls->count].name,
					      controls->wanted[controls->count].value) == -1) {
			snprintf(why, size, "NAME=VALUE, not \"%.*s\"", (int)length, text);
			return -1;
		}
		controls->count++;
		if (text[length] == '\0') {
			return 0;
		}
		text += length + 1;
	}
}

/* Finds the next control after query->id that a number or a menu item's name can set. */
static int next_control(const ef_device_t *device, struct v4l2_queryctrl *query)
{
	for (;;) {
		query->id |= V4L2_CTRL_FLAG_NEXT_CTRL;
		if (ef_device_ioctl(device, VIDIOC_QUERYCTRL, query) == -1) {
			return -1;
		}
		if ((query->type == V4L2_CTRL_TYPE_INTEGER ||
			    query->type == V4L2_CTRL_TYPE_BOOLEAN ||
			    query->type == V4L2_CTRL_TYPE_MENU ||
			    query->type == V4L2_CTRL_TYPE_INTEGER_MENU) &&
			!(query->flags & V4L2_CTRL_FLAG_DISABLED)) {
			return 0;
		}
	}
}

static int find_control(const ef_device_t *device, const char *name, struct v4l2_queryctrl *query)
{
	*query = (struct v4l2_queryctrl){0};
	while (next_control(device, query) == 0) {
		if (ef_control_is(name, (const char *)query->name)) {
			return 0;
		}
	}
	return -1;
}

/* Writes the name of a menu's item. Returns 0, or -1 for a number that is not in the menu. */
static int name_item(const ef_device_t *device, const struct v4l2_queryctrl *query, int number,
	char text[EF_CONTROL_TEXT])
{
	struct v4l2_querymenu item = {.id = query->id, .index = (uint32_t)number};

	if (ef_device_ioctl(device, VIDIOC_QUERYMENU, &item) == -1) {
		return -1;
	}
	if (query->type == V4L2_CTRL_TYPE_MENU) {
		snprintf(text, EF_CONTROL_TEXT, "%.31s", (const char *)item.name);
	} else {
		snprintf(text, EF_CONTROL_TEXT, "%lld", (long long)item.value);
	}
	return 0;
}

static int is_menu(const struct v4l2_queryctrl *query)
{
	return query->type == V4L2_CTRL_TYPE_MENU || query->type == V4L2_CTRL_TYPE_INTEGER_MENU;
}

/* "0 to 255", or a menu's items: "0 (Disabled), 1 (50 Hz), 2 (60 Hz)". */
static void describe(
	const ef_device_t *device, const struct v4l2_queryctrl *query, char *text, size_t size)
{
	char item[EF_CONTROL_TEXT];
	size_t used = 0;

	text[0] = '\0';
	if (!is_menu(query)) {
		snprintf(text, size, "%d to %d", query->minimum, query->maximum);
	}
	for (int i = query->minimum; is_menu(query) && i <= query->maximum && used < size; i++) {
		if (name_item(device, query, i, item) == 0) {
			used += (size_t)snprintf(text + used, size - used, "%s%d (%s)",
				used > 0 ? ", " : "", i, item);
		}
	}
}

/* Reads a number that is in the control's range. Returns 0 or -1. */
static int parse_number(
	const ef_device_t *device, const struct v4l2_queryctrl *query, const char *text, int *value)
{
	char *end, item[EF_CONTROL_TEXT];
	long number;

	errno = 0;
	number = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || number < query->minimum ||
		number > query->maximum) {
		return -1;
	}
	*value = (int)number;
	return is_menu(query) ? name_item(device, query, *value, item) : 0;
}

/* Finds the number of the menu item of that name. Returns 0 or -1. */
static int parse_item(
	const ef_device_t *device, const struct v4l2_queryctrl *query, const char *text, int *value)
{
	char wanted[EF_CONTROL_TEXT], told[EF_CONTROL_TEXT], item[EF_CONTROL_TEXT];

	ef_control_normalise(text, wanted);
	for (int i = query->minimum; query->type == V4L2_CTRL_TYPE_MENU && i <= query->maximum;
		i++) {
		if (name_item(device, query, i, told) == -1) {
			continue;
		}
		ef_control_normalise(told, item);
		if (strcmp(item, wanted) == 0) {
			*value = i;
			return 0;
		}
	}
	return -1;
}

static int set_value(const ef_device_t *device, const struct v4l2_queryctrl *query, int value,
	char *why, size_t size)
{
	struct v4l2_control control = {.id = query->id, .value = value};

	if (ef_device_ioctl(device, VIDIOC_S_CTRL, &control) == -1) {
		if (query->flags & V4L2_CTRL_FLAG_READ_ONLY) {
			snprintf(why, size, "can only be read");
		} else if (query->flags & V4L2_CTRL_FLAG_INACTIVE) {
			snprintf(why, size,
				"has no effect while its automatic mode is on; set that control "
				"first");
		} else {
			snprintf(why, size, "cannot be set: %s", strerror(errno));
		}
		return -1;
	}
	if (control.value != value) {
		snprintf(why, size, "was set to %d, not %d: its step is %d", control.value, value,
			query->step);
		return -1;
	}
	return 0;
}

/* Returns 0, or -1 with the reason in why. */
static int apply_one(
	const ef_device_t *device, const char *name, const char *value, char *why, size_t size)
{
	struct v4l2_queryctrl query;
	char takes[200];
	int number;

	if (find_control(device, name, &query) == -1) {
		snprintf(why, size,
			"is not a control of this webcam; effigy-capture --list shows them");
		return -1;
	}
	if (parse_number(device, &query, value, &number) == -1 &&
		parse_item(device, &query, value, &number) == -1) {
		describe(device, &query, takes, sizeof(takes));
		snprintf(why, size, "takes %s, not %s; not changed", takes, value);
		return -1;
	}
	return set_value(device, &query, number, why, size);
}

void ef_controls_apply(ef_controls_t *controls, const ef_device_t *device)
{
	char done[512] = "", why[sizeof(controls->wanted[0].trouble)];
	size_t used = 0;

	for (int i = 0; i < controls->count; i++) {
		const char *name = controls->wanted[i].name, *value = controls->wanted[i].value;
		char *trouble = controls->wanted[i].trouble;

		why[0] = '\0';
		if (apply_one(device, name, value, why, sizeof(why)) == 0) {
			if (used < sizeof(done)) {
				used += (size_t)snprintf(done + used, sizeof(done) - used,
					"%s %s=%s", used > 0 ? "," : "", name, value);
			}
		} else if (strcmp(why, trouble) != 0) {
			zsys_warning("webcam %s: the control %s %s", device->path, name, why);
		}
		memcpy(trouble, why, sizeof(why));
	}
	if (used > 0) {
		zsys_info("webcam %s: set%s", device->path, done);
	}
}

void ef_controls_list(const ef_device_t *device, FILE *file)
{
	struct v4l2_queryctrl query = {0};

	while (next_control(device, &query) == 0) {
		struct v4l2_control control = {.id = query.id};
		char name[EF_CONTROL_TEXT], takes[512];

		if (ef_device_ioctl(device, VIDIOC_G_CTRL, &control) == -1) {
			continue;
		}
		ef_control_normalise((const char *)query.name, name);
		describe(device, &query, takes, sizeof(takes));
		fprintf(file, "\tcontrol %s=%d, takes %s%s\n", name, control.value, takes,
			query.flags & V4L2_CTRL_FLAG_READ_ONLY ? ", read-only" : "");
	}
}
