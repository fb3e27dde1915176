/* What v4l2loopback can be told besides the format: how a device behaves when its writer pauses. */
#ifndef EF_SINK_LOOPBACK_CONTROLS_H
#define EF_SINK_LOOPBACK_CONTROLS_H

/* The device stays a camera of this format while nobody has it open. */
#define EF_LOOPBACK_KEEP_FORMAT "keep_format"

/* Whoever reads goes on getting the last picture, at the set rate, while none is written: also
 * between a writer's death and the next one. */
#define EF_LOOPBACK_SUSTAIN "sustain_framerate"

/* The value of one of these controls of an open device, or -1 where the module lacks it. */
int ef_loopback_control_value(int fd, const char *name);

/* Sets one of these controls of an open device. Returns 0, or -1 where the module lacks it. */
int ef_loopback_control(int fd, const char *name, int value);

#endif
