#include "media.h"

#include <gst/rtp/gstrtpbuffer.h>

#include "report.h"

/* A count is reported each time it has grown by this number. */
#define REPORT_EVERY 5

/* Key frames are rare: a viewer requests one after an error. */
#define VIDEO \
    "videotestsrc is-live=true pattern=ball ! video/x-raw,width=160,height=120,framerate=10/1 ! videoconvert ! queue " \
    "! vp8enc deadline=1 cpu-used=8 keyframe-max-dist=100 target-bitrate=200000 error-resilient=partitions " \
    "! rtpvp8pay pt=%d " \
    "! capsfilter caps=application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000,payload=%d"

typedef struct {
    const char *peer;
    const char *kind;
    unsigned count;
} Counter;

GstElement *media_video(int payload_type)
{
    char *description = g_strdup_printf(VIDEO, payload_type, payload_type);
    GError *error = NULL;
    GstElement *video = gst_parse_bin_from_description(description, TRUE, &error);

    if (error != NULL) {
        report_error(NULL, error->message);
        g_error_free(error);
    }
    g_free(description);
    return video;
}

/* The marker bit is set on the last packet of a video frame. Every audio packet counts. */
static gboolean ends_frame(GstBuffer *packet, const char *kind)
{
    GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
    gboolean ends = TRUE;

    if (g_str_equal(kind, "audio")) return TRUE;
    if (!gst_rtp_buffer_map(packet, GST_MAP_READ, &rtp)) return FALSE;
    ends = gst_rtp_buffer_get_marker(&rtp);
    gst_rtp_buffer_unmap(&rtp);
    return ends;
}

static GstPadProbeReturn count_packet(GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
    Counter *counter = data;

    (void)pad;
    if (!ends_frame(GST_PAD_PROBE_INFO_BUFFER(info), counter->kind)) return GST_PAD_PROBE_OK;
    if (++counter->count % REPORT_EVERY == 0) report_received(counter->peer, counter->kind, counter->count);
    return GST_PAD_PROBE_OK;
}

void media_receive(GstElement *pipeline, GstPad *pad, const char *peer)
{
    GstElement *sink = gst_element_factory_make("fakesink", NULL);
    GstPad *sink_pad = gst_element_get_static_pad(sink, "sink");
    GstCaps *caps = gst_pad_get_current_caps(pad);
    const char *media = caps != NULL ? gst_structure_get_string(gst_caps_get_structure(caps, 0), "media") : NULL;
    Counter *counter = g_new0(Counter, 1);

    counter->peer = peer;
    counter->kind = g_strcmp0(media, "audio") == 0 ? "audio" : "video";
    gst_pad_add_probe(sink_pad, GST_PAD_PROBE_TYPE_BUFFER, count_packet, counter, g_free);
    g_object_set(sink, "sync", FALSE, "async", FALSE, NULL);
    gst_bin_add(GST_BIN(pipeline), sink);
    gst_element_sync_state_with_parent(sink);
    gst_pad_link(pad, sink_pad);
    g_clear_pointer(&caps, gst_caps_unref);
    gst_object_unref(sink_pad);
}
