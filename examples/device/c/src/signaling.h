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

typedef enum {
    /* After signaling_stop. */
    SIGNALING_LEFT,
    /* It is no ws or wss address. */
    SIGNALING_NO_ADDRESS,
    /* The server did not let it in or removed it, and would do so again. */
    SIGNALING_SENT_AWAY,
} SignalingEnd;

/*
 * Connects to a ws or wss address and stays until signaling_stop, or until the server sends it away for good. A connection that is lost,
 * or that has given no sign of life for silence_s seconds (2 to 3600), is made again: after a second at first, and then less often.
 */
SignalingEnd signaling_run(const char *address, unsigned silence_s, const SignalingEvents *events);

/* Sends a message as soon as it can be sent, and frees it with g_free. One that is sent while there is no connection is dropped. From any thread. */
void signaling_send(char *message);

/* The server has let it in: where the connection is lost now, it is tried again soon. In the thread of signaling_run. */
void signaling_let_in(void);

/* Ends signaling_run. May be called by a signal handler. */
void signaling_stop(void);

#endif
