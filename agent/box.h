/* The stages that run in the runtime folder of this machine. */
#ifndef EF_BOX_H
#define EF_BOX_H

#include "proto/wire/message.h"

/* Reports every stage that has statistics, or that supervise/stage.sh has started, in folder; at
 * most EF_REPORTS_MAX. Without such a folder there is none. */
void ef_box_look(const char *folder, ef_reports_t *reports);

#endif
