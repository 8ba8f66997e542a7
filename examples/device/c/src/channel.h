#ifndef CHANNEL_H
#define CHANNEL_H

#include <glib-object.h>

/* Echoes every message of a data channel, and reports the text messages. */
void channel_echo(GObject *channel, const char *peer);

#endif
