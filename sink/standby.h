/* The stand-by card for each reason why there is no render to show. */
#ifndef EF_SINK_STANDBY_H
#define EF_SINK_STANDBY_H

#include <stdint.h>

typedef enum {
	EF_STANDBY_WAITING, /* no render has come for some time, or none yet */
	EF_STANDBY_RESTING, /* no program reads the virtual camera, so the webcam is off */
	EF_STANDBY_WAKING, /* a program has just begun to read it */
	EF_STANDBY_ENDED, /* the last picture, which readers see after the sink has ended */
} ef_standby_reason_t;

typedef struct ef_standby ef_standby_t;

/* w, h: the output's size, even. */
ef_standby_t *ef_standby_new(int w, int h);
void ef_standby_destroy(ef_standby_t **standby);

/* Returns the card for that reason as I420; it is drawn again only when it changes. seconds: since
 * the last render; -1: there was none yet. */
const uint8_t *ef_standby_card(ef_standby_t *standby, ef_standby_reason_t reason, int64_t seconds);

#endif
