/* Sets a webcam's controls, such as exposure and anti-flicker, by name. */
#ifndef EF_CAPTURE_V4L2_CONTROLS_H
#define EF_CAPTURE_V4L2_CONTROLS_H

#include <stdio.h>

#include "capture/v4l2/v4l2_device.h"

#define EF_CONTROLS_MAX 32
#define EF_CONTROL_TEXT 40 /* bytes; V4L2's own names have up to 31 characters */

typedef struct ef_controls {
	int count;
	struct {
		char name[EF_CONTROL_TEXT]; /* normalised */
		char value[EF_CONTROL_TEXT]; /* a number, or the name of a menu's item */
		char trouble[256]; /* the problem logged last, so that it is logged once */
	} wanted[EF_CONTROLS_MAX];
} ef_controls_t;

/* Writes a driver's name ("Exposure, Auto Priority") as v4l2-ctl shows it:
 * exposure_auto_priority. */
void ef_control_normalise(const char *told, char text[EF_CONTROL_TEXT]);

/* True when a normalised name means the control that the driver calls told; other versions of Linux
 * may use the one or the other name. */
int ef_control_is(const char *name, const char *told);

/* Parses "name=value,name=value". Returns 0, or -1 with the expected syntax in why. */
int ef_controls_parse(const char *text, ef_controls_t *controls, char *why, size_t size);

/* Sets the controls, in order, on an open webcam, and logs in one line which were set. One that
 * cannot be set is logged in a line of its own and stays unchanged. */
void ef_controls_apply(ef_controls_t *controls, const ef_device_t *device);

/* Prints one line for each control that can be set: its name, value and range or items. */
void ef_controls_list(const ef_device_t *device, FILE *file);

#endif
