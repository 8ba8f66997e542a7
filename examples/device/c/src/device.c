#include "device.h"

#include "messages.h"
#include "report.h"
#include "signaling.h"
#include "viewer.h"

static ViewerSettings settings;
/* By the id that the server gave them. */
static GHashTable *viewers;

static void take_config(const cJSON *message)
{
    const cJSON *stun = cJSON_GetObjectItemCaseSensitive(message, "stun");
    const char *host = text_of(stun, "host");
    const cJSON *port = cJSON_GetObjectItemCaseSensitive(stun, "port");

    g_free(settings.stun);
    settings.stun = host != NULL && cJSON_IsNumber(port) ? g_strdup_printf("%s:%d", host, port->valueint) : NULL;
    signaling_let_in();
    report_joined(text_of(message, "id"), text_of(message, "room"));
}

/* Each offer is another connection, in the place of the one that there may be. */
static void take_offer(const cJSON *message)
{
    const char *peer = text_of(message, "from");
    const char *sdp = text_of(message, "sdp");
    Viewer *viewer;

    if (peer == NULL || sdp == NULL) return;
    g_hash_table_remove(viewers, peer);
    viewer = viewer_new(peer, sdp, &settings);
    if (viewer != NULL) g_hash_table_insert(viewers, g_strdup(peer), viewer);
}

static void take_candidate(const cJSON *message)
{
    const char *peer = text_of(message, "from");
    const char *candidate = text_of(message, "candidate");
    const cJSON *index = cJSON_GetObjectItemCaseSensitive(message, "sdpMLineIndex");
    Viewer *viewer = peer != NULL ? g_hash_table_lookup(viewers, peer) : NULL;

    /* An empty one says that no more will follow. */
    if (viewer != NULL && candidate != NULL && *candidate != '\0') viewer_add_candidate(viewer, cJSON_IsNumber(index) ? (unsigned)index->valueint : 0, candidate);
}

static void take_exit(const cJSON *message)
{
    const char *peer = text_of(message, "from");

    if (peer == NULL) return;
    g_hash_table_remove(viewers, peer);
    report_left(peer);
}

void device_init(gboolean gather)
{
    settings.gather = gather;
    viewers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)viewer_free);
}

void device_heard(const char *text)
{
    cJSON *message = cJSON_Parse(text);
    const char *type = text_of(message, "type");

    if (g_strcmp0(type, "config") == 0) take_config(message);
    else if (g_strcmp0(type, "offer") == 0) take_offer(message);
    else if (g_strcmp0(type, "exit") == 0) take_exit(message);
    else if (g_strcmp0(type, "rejected") == 0) report_rejected(text_of(message, "code"), text_of(message, "message"));
    else if (text_of(message, "candidate") != NULL) take_candidate(message);
    cJSON_Delete(message);
}

void device_lost(void)
{
    g_hash_table_remove_all(viewers);
}

void device_free(void)
{
    g_hash_table_destroy(viewers);
    g_free(settings.stun);
}
