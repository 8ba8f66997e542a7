#ifndef SIGNALING_H
#define SIGNALING_H

#include <glib.h>

/* The WebSocket to the signaling server: whole text messages in both directions. */

typedef struct {
    /* One whole message has come. Called in the thread of signaling_run. */
    void (*heard)(const char *text);
    /* The connection is gone, and with it the place in the room; it will be tried again. */
    void (*lost)(void);
    /* The last message, when it ends of its own will. */
    const char *goodbye;
} SignalingEvents;

/* Connects to a ws or wss address, again and again, and stays until signaling_stop. Returns FALSE for what is no such address. */
gboolean signaling_run(const char *address, const SignalingEvents *events);

/* Sends a message as soon as it can be sent, and frees it with g_free. One that is sent while there is no connection is dropped. From any thread. */
void signaling_send(char *message);

/* Ends signaling_run. May be called by a signal handler. */
void signaling_stop(void);

#endif
