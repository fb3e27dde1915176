/* What a child process may open: by Landlock, which Linux has from 5.13 on. Whatever a file makes
 * Blender do, a path that is not allowed here cannot be opened, by whatever name or link. */
#ifndef EF_NODE_CONFINE_H
#define EF_NODE_CONFINE_H

typedef struct ef_confine ef_confine_t;

typedef enum {
	EF_CONFINE_READ, /* and run */
	EF_CONFINE_MAKE, /* make, write and remove files, but read none */
	EF_CONFINE_DEVICE, /* read and write what is there */
	EF_CONFINE_ALL,
} ef_confine_way_t;

/* 1 where the kernel supports it. */
int ef_confine_works(void);

/* Allows what every program needs: the system's folders and harmless devices, those of a GPU
 * included, but no webcam, no microphone and no home folder. NULL after logging why. */
ef_confine_t *ef_confine_new(void);
void ef_confine_destroy(ef_confine_t **confine);

/* Allows a file, or a folder with all below it. Ignores a path that does not exist. */
void ef_confine_allow(ef_confine_t *confine, const char *path, ef_confine_way_t way);

/* Call it in the child process before exec: afterwards nothing else can be opened, and that cannot be
 * undone. Returns 0 or -1. */
int ef_confine_enter(const ef_confine_t *confine);

#endif
