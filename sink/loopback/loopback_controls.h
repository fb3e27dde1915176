/* V4L2 controls of v4l2loopback: how a device behaves while nobody writes to it. */
#ifndef EF_SINK_LOOPBACK_CONTROLS_H
#define EF_SINK_LOOPBACK_CONTROLS_H

/* The device stays a camera, and keeps its format, while no process has it open. */
#define EF_LOOPBACK_KEEP_FORMAT "keep_format"

/* Readers get the last picture again, at the set rate, while none is written: also between the end
 * of one writer and the start of the next. */
#define EF_LOOPBACK_SUSTAIN "sustain_framerate"

/* Returns the value of one of these controls of an open device, or -1 where the module lacks it. */
int ef_loopback_control_value(int fd, const char *name);

/* Sets one of these controls of an open device. Returns 0, or -1 where the module lacks it. */
int ef_loopback_control(int fd, const char *name, int value);

#endif
