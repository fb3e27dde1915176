/* How far the lids of this person seem to close: less than they do, by a share that depends on lashes,
 * glasses and light. */
#ifndef EF_LID_RANGE_H
#define EF_LID_RANGE_H

typedef struct {
	double reach; /* what a shut eye seems to be closed by, 0..1 */
	double usual; /* what it is when nothing was seen for long */
} ef_lid_range_t;

/* Starts with the reach of most people. */
void ef_lid_range_init(ef_lid_range_t *range);

/* Starts with this person's reach, which is not forgotten. */
void ef_lid_range_know(ef_lid_range_t *range, double reach);

/* Corrects how far both lids seem to be closed (below 0: wide open). The reach follows the furthest
 * closure at once, and is forgotten slowly. dt: seconds since the last call. */
void ef_lid_range_step(ef_lid_range_t *range, double closed[2], double dt);

#endif
