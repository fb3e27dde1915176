/* An X server of the stage's own: Blender uses OpenGL only with a window. */
#ifndef EF_NODE_DISPLAY_H
#define EF_NODE_DISPLAY_H

#include <sys/types.h>

/* Writes the X authority file FOLDER/xauthority with a new random cookie: without one, every user of
 * this machine could read the display. The caller frees the path; NULL after logging why. */
char *ef_display_authority(const char *folder);

/* Starts Xvfb on a free display and waits until it listens. stop_fd: a descriptor that becomes
 * readable when waiting should end (a signalfd). name: receives ":N". Returns its process id; -1
 * after logging why; -2 when stopped. */
pid_t ef_display_start(const char *xauthority, int stop_fd, char name[16]);

#endif
