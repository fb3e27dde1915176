/* Tells the local network by mDNS, over Avahi, that an agent runs here: the service _effigy._tcp, with the
 * names of its stages in TXT ("stages=tracker,normaliser"). */
#ifndef EF_PUBLISH_H
#define EF_PUBLISH_H

#define EF_SERVICE "_effigy._tcp"
#define EF_SERVICE_STAGES "stages" /* key in TXT */

typedef struct ef_publish ef_publish_t;

/* Begins, in a thread of its own: calls of Avahi wait for its daemon, which may hang. folder: where the
 * stages of this machine run; borrowed. Without a daemon it warns once, and tries again. Never NULL. */
ef_publish_t *ef_publish_new(int port, const char *folder);

/* Waits until the thread has ended. */
void ef_publish_destroy(ef_publish_t **publish);

#endif
