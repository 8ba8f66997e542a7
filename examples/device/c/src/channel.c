#include "channel.h"

#include "report.h"

static void on_text(GObject *channel, const char *text, gpointer data)
{
    report_message(data, text);
    g_signal_emit_by_name(channel, "send-string", text);
}

static void on_data(GObject *channel, GBytes *bytes, gpointer data)
{
    (void)data;
    g_signal_emit_by_name(channel, "send-data", bytes);
}

static void free_peer(gpointer peer, GClosure *closure)
{
    (void)closure;
    g_free(peer);
}

void channel_echo(GObject *channel, const char *peer)
{
    /* The channel can outlive its viewer: it needs its own copy of the id. */
    g_signal_connect_data(channel, "on-message-string", G_CALLBACK(on_text), g_strdup(peer), free_peer, 0);
    g_signal_connect(channel, "on-message-data", G_CALLBACK(on_data), NULL);
}
