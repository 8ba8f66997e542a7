#ifndef SIGNALING_H
#define SIGNALING_H

#include <glib.h>

/* The WebSocket to the signaling server: whole text messages in both directions. */

typedef struct {
    /* Receives one whole message, in the thread of signaling_run. */
    void (*on_message)(const char *text);
    /* The connection is lost, and with it the membership. It is retried. */
    void (*on_disconnected)(void);
    /* Sent last when the device leaves. */
    const char *exit_message;
} SignalingEvents;

typedef enum {
    /* signaling_stop was called. */
    SIGNALING_LEFT,
    /* Not a ws or wss address. */
    SIGNALING_INVALID_ADDRESS,
    /* The server rejected or removed the device; a retry would end the same way. */
    SIGNALING_REJECTED,
} SignalingEnd;

/*
 * Connects to a ws or wss address. Returns after signaling_stop, or when the server closes the connection for good.
 * Reconnects when the connection is lost, or has had no message and no pong for ping_timeout_s seconds (2 to 3600):
 * after 1 s at first, after 10 s at most.
 */
SignalingEnd signaling_run(const char *address, unsigned ping_timeout_s, const SignalingEvents *events);

/* Queues a message and frees it with g_free. Drops it while there is no connection. Thread-safe. */
void signaling_send(char *message);

/* Resets the backoff: the server let the device join. Call it in the thread of signaling_run. */
void signaling_joined(void);

/* Ends signaling_run. May be called by a signal handler. */
void signaling_stop(void);

#endif
