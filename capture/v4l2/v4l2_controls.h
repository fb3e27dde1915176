/* A camera's controls, such as exposure and anti-flicker, set by name. */
#ifndef EF_CAPTURE_V4L2_CONTROLS_H
#define EF_CAPTURE_V4L2_CONTROLS_H

#include <stdio.h>

#include "capture/v4l2/v4l2_device.h"

#define EF_CONTROLS_MAX 32
#define EF_CONTROL_TEXT 40 /* bytes; V4L2's own names have up to 31 characters */

typedef struct ef_controls {
	int count;
	struct {
		char name[EF_CONTROL_TEXT]; /* as ef_control_normalise () makes it */
		char value[EF_CONTROL_TEXT]; /* a number, or the name of a menu's item */
		char trouble[256]; /* told last, so that it is told once */
	} wanted[EF_CONTROLS_MAX];
} ef_controls_t;

/* Writes a driver's name ("Exposure, Auto Priority") as v4l2-ctl shows it: exposure_auto_priority. */
void ef_control_normalise(const char *told, char text[EF_CONTROL_TEXT]);

/* True when a normalised name is that of the control the driver calls told, also where another
 * version of Linux calls it differently. */
int ef_control_is(const char *name, const char *told);

/* Reads "name=value,name=value". Returns 0, or -1 with what is wrong with it in why. */
int ef_controls_parse(const char *text, ef_controls_t *controls, char *why, size_t size);

/* Sets them, in their order, on an open camera, and says in one line what was set. What cannot be
 * set is told in a line of its own and changes nothing. */
void ef_controls_apply(ef_controls_t *controls, const ef_device_t *device);

/* One line for each control that can be set: its name, its value, what it takes. */
void ef_controls_list(const ef_device_t *device, FILE *file);

#endif
