#ifndef DEVICE_H
#define DEVICE_H

#include <glib.h>

/*
 * The device in its room: handles the messages of the server and keeps the viewers. Not thread-safe: call it from one
 * thread.
 */

/* With `gather`, candidates are sent and accepted only inside descriptions. */
void device_init(gboolean gather);

/* Handles a message of the server. */
void device_receive(const char *text);

/* Drops the viewers. They offer again when the connection to the server is back. */
void device_disconnected(void);

void device_free(void);

#endif
