#include "pipeline.h"

#include <gst/webrtc/webrtc.h>

#include "media.h"
#include "report.h"

static GstBusSyncReply on_bus_message(GstBus *bus, GstMessage *message, gpointer data)
{
    GError *error = NULL;

    (void)bus;
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
        gst_message_parse_error(message, &error, NULL);
        /* A write fails when the viewer has closed its end: its exit is on the way. */
        if (!g_error_matches(error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE)) report_error(data, error->message);
        g_error_free(error);
    }
    gst_message_unref(message);
    return GST_BUS_DROP;
}

static void set_stun_server(GstElement *webrtc, const char *stun)
{
    char *url = g_strdup_printf("stun://%s", stun);

    g_object_set(webrtc, "stun-server", url, NULL);
    g_free(url);
}

/* The bin owns what is added to it. */
static gboolean build(GstElement *pipeline, GstElement *webrtc, int payload_type)
{
    GstElement *video = payload_type < 0 ? NULL : media_video(payload_type);

    if (webrtc != NULL) gst_bin_add(GST_BIN(pipeline), webrtc);
    if (video != NULL) gst_bin_add(GST_BIN(pipeline), video);
    if (webrtc == NULL || (payload_type >= 0 && video == NULL)) return FALSE;
    /* Linked before the offer is applied: the answer then has the video in the section that the offer gives it. */
    return video == NULL || gst_element_link(video, webrtc);
}

GstElement *pipeline_new(const char *peer, int payload_type, const char *stun, GstElement **webrtc)
{
    GstElement *pipeline = gst_pipeline_new(NULL);
    GstBus *bus;

    *webrtc = gst_element_factory_make("webrtcbin", NULL);
    if (*webrtc != NULL) g_object_set(*webrtc, "bundle-policy", GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE, NULL);
    if (*webrtc != NULL && stun != NULL) set_stun_server(*webrtc, stun);
    if (!build(pipeline, *webrtc, payload_type)) {
        gst_object_unref(pipeline);
        return NULL;
    }
    bus = gst_element_get_bus(pipeline);
    gst_bus_set_sync_handler(bus, on_bus_message, (gpointer)peer, NULL);
    gst_object_unref(bus);
    return pipeline;
}
