#include "device.h"

#include "messages.h"
#include "report.h"
#include "signaling.h"
#include "viewer.h"

static ViewerSettings settings;
/* By peer id. */
static GHashTable *viewers;

static void handle_config(const cJSON *message)
{
    const cJSON *stun = cJSON_GetObjectItemCaseSensitive(message, "stun");
    const char *host = string_field(stun, "host");
    const cJSON *port = cJSON_GetObjectItemCaseSensitive(stun, "port");

    g_free(settings.stun);
    settings.stun = host != NULL && cJSON_IsNumber(port) ? g_strdup_printf("%s:%d", host, port->valueint) : NULL;
    signaling_joined();
    report_joined(string_field(message, "id"), string_field(message, "room"));
}

/* Each offer is a new connection, which replaces the old one of the same viewer. */
static void handle_offer(const cJSON *message)
{
    const char *peer = string_field(message, "from");
    const char *sdp = string_field(message, "sdp");
    Viewer *viewer;

    if (peer == NULL || sdp == NULL) return;
    g_hash_table_remove(viewers, peer);
    viewer = viewer_new(peer, sdp, &settings);
    if (viewer != NULL) g_hash_table_insert(viewers, g_strdup(peer), viewer);
}

static void handle_candidate(const cJSON *message)
{
    const char *peer = string_field(message, "from");
    const char *candidate = string_field(message, "candidate");
    const cJSON *index = cJSON_GetObjectItemCaseSensitive(message, "sdpMLineIndex");
    Viewer *viewer = peer != NULL ? g_hash_table_lookup(viewers, peer) : NULL;

    /* An empty candidate is the end of candidates. */
    if (viewer == NULL || candidate == NULL || *candidate == '\0') return;
    viewer_add_candidate(viewer, cJSON_IsNumber(index) ? (unsigned)index->valueint : 0, candidate);
}

static void handle_exit(const cJSON *message)
{
    const char *peer = string_field(message, "from");

    if (peer == NULL) return;
    g_hash_table_remove(viewers, peer);
    report_left(peer);
}

void device_init(gboolean gather)
{
    settings.gather = gather;
    viewers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)viewer_free);
}

void device_receive(const char *text)
{
    cJSON *message = cJSON_Parse(text);
    const char *type = string_field(message, "type");

    if (g_strcmp0(type, "config") == 0) handle_config(message);
    else if (g_strcmp0(type, "offer") == 0) handle_offer(message);
    else if (g_strcmp0(type, "exit") == 0) handle_exit(message);
    else if (g_strcmp0(type, "rejected") == 0)
        report_rejected(string_field(message, "code"), string_field(message, "message"));
    /* A candidate has no type. */
    else if (string_field(message, "candidate") != NULL) handle_candidate(message);
    cJSON_Delete(message);
}

void device_disconnected(void)
{
    g_hash_table_remove_all(viewers);
}

void device_free(void)
{
    g_hash_table_destroy(viewers);
    g_free(settings.stun);
}
