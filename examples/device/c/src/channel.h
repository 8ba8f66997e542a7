#ifndef CHANNEL_H
#define CHANNEL_H

#include <glib-object.h>

/* Sends back what comes over a data channel, and tells of texts. */
void channel_echo(GObject *channel, const char *peer);

#endif
