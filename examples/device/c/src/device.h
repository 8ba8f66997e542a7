#ifndef DEVICE_H
#define DEVICE_H

#include <glib.h>

/* The device in its room: what the server says, and the viewers that it says it of. All of it in one thread. */

/* `gather`: it takes no candidates, and sends none apart from its answers. */
void device_init(gboolean gather);

/* A message of the server's. */
void device_heard(const char *text);

/* The connection to the server is gone: so are the viewers, who offer anew when it is back. */
void device_lost(void);

void device_free(void);

#endif
