#include "signaling.h"

#include <libwebsockets.h>
#include <signal.h>
#include <string.h>

#include "report.h"

/* Close codes after which a retry would end the same way: rejected, removed, or replaced by a device with its key. */
#define CLOSED_BY_POLICY 1008
#define CLOSED_REPLACED 4000

/* The delay before each retry; the last one repeats. */
static const uint32_t backoff_ms[] = {1000, 2000, 5000, 10000};

static struct {
    const SignalingEvents *events;
    struct lws_context *context;
    struct lws *socket;
    struct lws_client_connect_info address;
    lws_retry_bo_t policy;
    lws_sorted_usec_list_t retry;
    uint16_t tries;
    GAsyncQueue *outgoing;
    GString *incoming;
    gint open;
    gboolean rejected;
    volatile sig_atomic_t stopping;
} self;

static void connect_now(lws_sorted_usec_list_t *retry)
{
    (void)retry;
    self.address.context = self.context;
    /* An immediate failure is reported by the callback, too. */
    self.socket = lws_client_connect_via_info(&self.address);
}

static void connection_ended(const char *why)
{
    char *message;

    g_atomic_int_set(&self.open, 0);
    self.socket = NULL;
    self.events->on_disconnected();
    /* The viewers are gone: what is still queued belongs to a membership that has ended. */
    while ((message = g_async_queue_try_pop(self.outgoing)) != NULL) g_free(message);
    if (self.stopping) return;
    if (why != NULL) report_error(NULL, why);
    lws_retry_sul_schedule(self.context, 0, &self.retry, &self.policy, connect_now, &self.tries);
}

static void on_close(const unsigned char *reason, size_t length)
{
    unsigned code = length >= 2 ? (unsigned)reason[0] << 8 | reason[1] : 0;

    if (code != CLOSED_BY_POLICY && code != CLOSED_REPLACED) return;
    self.rejected = TRUE;
    self.stopping = 1;
}

static void on_fragment(const char *text, size_t length)
{
    g_string_append_len(self.incoming, text, (gssize)length);
    if (lws_remaining_packet_payload(self.socket) > 0 || !lws_is_final_fragment(self.socket)) return;
    self.events->on_message(self.incoming->str);
    g_string_truncate(self.incoming, 0);
}

/* Returns -1 to close the connection: it is broken, or the device is leaving and the queue is empty. */
static int write_next(void)
{
    char *message = g_async_queue_try_pop(self.outgoing);
    size_t length;
    unsigned char *frame;
    int written;

    if (message == NULL) return self.stopping ? -1 : 0;
    length = strlen(message);
    /* libwebsockets writes the frame header in front of the text. */
    frame = g_malloc(LWS_PRE + length);
    memcpy(frame + LWS_PRE, message, length);
    written = lws_write(self.socket, frame + LWS_PRE, length, LWS_WRITE_TEXT);
    g_free(frame);
    g_free(message);
    if (self.stopping || g_async_queue_length(self.outgoing) > 0) lws_callback_on_writable(self.socket);
    return written < (int)length ? -1 : 0;
}

static int on_event(struct lws *socket, enum lws_callback_reasons reason, void *user, void *in, size_t length)
{
    (void)socket;
    (void)user;
    switch (reason) {
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
        g_string_truncate(self.incoming, 0);
        g_atomic_int_set(&self.open, 1);
        break;
    case LWS_CALLBACK_CLIENT_RECEIVE:
        on_fragment(in, length);
        break;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
        return write_next();
    case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
        /* A message was queued, or the device is leaving. */
        if (self.socket != NULL && g_atomic_int_get(&self.open)) lws_callback_on_writable(self.socket);
        break;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        on_close(in, length);
        break;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        connection_ended(in != NULL ? in : "Cannot reach the server.");
        break;
    case LWS_CALLBACK_CLIENT_CLOSED:
        connection_ended(NULL);
        break;
    default:
        break;
    }
    return 0;
}

static const struct lws_protocols protocols[] = {{.name = "device", .callback = on_event}, {.name = NULL}};

/* A client only, which logs only errors. */
static struct lws_context *create_context(void)
{
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .protocols = protocols,
        .gid = (gid_t)-1,
        .uid = (uid_t)-1,
        .options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT,
        .retry_and_idle_policy = &self.policy,
    };

    lws_set_log_level(LLL_ERR, NULL);
    return lws_create_context(&info);
}

/* Reads a ws or wss address into self.address, which keeps pointers into `address` and `*path`. */
static gboolean parse_address(char *address, char **path)
{
    const char *scheme, *host, *rest;
    int port;

    if (lws_parse_uri(address, &scheme, &host, &port, &rest) != 0) return FALSE;
    if (!g_str_equal(scheme, "ws") && !g_str_equal(scheme, "wss")) return FALSE;
    *path = g_strdup_printf("/%s", rest);
    self.address = (struct lws_client_connect_info){
        .address = host,
        .port = port,
        .path = *path,
        .host = host,
        .origin = host,
        .ssl_connection = g_str_equal(scheme, "wss") ? LCCSCF_USE_SSL : 0,
        .local_protocol_name = protocols[0].name,
    };
    return TRUE;
}

static void run_until_stopped(void)
{
    connect_now(NULL);
    while (!self.stopping && lws_service(self.context, 0) >= 0) continue;
    self.stopping = 1;
    /* Without this message the server would keep the place until its own timeout. */
    signaling_send(g_strdup(self.events->exit_message));
    while (g_atomic_int_get(&self.open) && lws_service(self.context, 0) >= 0) continue;
    lws_context_destroy(self.context);
    self.context = NULL;
}

SignalingEnd signaling_run(const char *address, unsigned ping_timeout_s, const SignalingEvents *events)
{
    char *copy = g_strdup(address);
    char *path = NULL;
    gboolean ok = parse_address(copy, &path);

    if (ok) {
        self.events = events;
        /* libwebsockets sends a ping after two thirds of the time. */
        self.policy = (lws_retry_bo_t){
            .retry_ms_table = backoff_ms,
            .retry_ms_table_count = LWS_ARRAY_SIZE(backoff_ms),
            .conceal_count = LWS_RETRY_CONCEAL_ALWAYS,
            .secs_since_valid_ping = (uint16_t)(ping_timeout_s - ping_timeout_s / 3),
            .secs_since_valid_hangup = (uint16_t)ping_timeout_s,
            .jitter_percent = 20,
        };
        self.outgoing = g_async_queue_new_full(g_free);
        self.incoming = g_string_new(NULL);
        self.context = create_context();
        ok = self.context != NULL;
    }
    if (ok) run_until_stopped();
    if (self.outgoing != NULL) g_async_queue_unref(self.outgoing);
    if (self.incoming != NULL) g_string_free(self.incoming, TRUE);
    g_free(path);
    g_free(copy);
    if (!ok) return SIGNALING_INVALID_ADDRESS;
    return self.rejected ? SIGNALING_REJECTED : SIGNALING_LEFT;
}

void signaling_send(char *message)
{
    if (!g_atomic_int_get(&self.open)) {
        g_free(message);
        return;
    }
    g_async_queue_push(self.outgoing, message);
    lws_cancel_service(self.context);
}

void signaling_joined(void)
{
    self.tries = 0;
}

void signaling_stop(void)
{
    self.stopping = 1;
    if (self.context != NULL) lws_cancel_service(self.context);
}
