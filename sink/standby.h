/* What the camera shows when there is no render to show, and why. */
#ifndef EF_SINK_STANDBY_H
#define EF_SINK_STANDBY_H

#include <stdint.h>

typedef enum {
	EF_STANDBY_WAITING, /* no render has come for a while, or none yet */
	EF_STANDBY_RESTING, /* nobody watches, so the webcam is off */
	EF_STANDBY_WAKING, /* somebody does, since a moment ago */
	EF_STANDBY_ENDED, /* the last picture, which stays for readers when the sink has ended */
} ef_standby_reason_t;

typedef struct ef_standby ef_standby_t;

/* w, h: the output's size, even. */
ef_standby_t *ef_standby_new(int w, int h);
void ef_standby_destroy(ef_standby_t **standby);

/* The card for that reason as I420, drawn anew only when it has changed. seconds without a render;
 * -1: there was none yet. */
const uint8_t *ef_standby_card(ef_standby_t *standby, ef_standby_reason_t reason, int64_t seconds);

#endif
