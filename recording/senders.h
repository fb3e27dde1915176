/* Who else sends to an endpoint of this machine. */
#ifndef EF_SENDERS_H
#define EF_SENDERS_H

/* The number of connections that the reader of an ipc:// endpoint has accepted; 0 for one that does
 * not tell. Of the list, separated by commas, all are counted. */
int ef_senders_count(const char *endpoints);

#endif
