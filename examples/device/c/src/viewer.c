#include "viewer.h"

#include <gst/gst.h>
#include <gst/webrtc/webrtc.h>

#include "channel.h"
#include "media.h"
#include "messages.h"
#include "offer.h"
#include "pipeline.h"
#include "report.h"
#include "signaling.h"

struct Viewer {
    char *peer;
    gboolean gather;
    gint answered;
    gint closing;
    /* The last reported state. */
    GstWebRTCPeerConnectionState state;
    GstSDPMessage *offer;
    GstElement *pipeline;
    GstElement *webrtc;
};

/* GStreamer calls every function with a `data` in its own threads, until viewer_free has stopped the pipeline. */

/*
 * Whether the request succeeded; reports the error if not. Frees the promise. `answer`, if not NULL, receives the
 * answer.
 */
static gboolean succeeded(GstPromise *promise, Viewer *viewer, GstWebRTCSessionDescription **answer)
{
    gboolean ok = gst_promise_wait(promise) == GST_PROMISE_RESULT_REPLIED;
    const GstStructure *reply = ok ? gst_promise_get_reply(promise) : NULL;
    GError *error = NULL;

    if (reply != NULL && gst_structure_get(reply, "error", G_TYPE_ERROR, &error, NULL)) {
        ok = FALSE;
        if (!g_atomic_int_get(&viewer->closing)) report_error(viewer->peer, error->message);
        g_error_free(error);
    } else if (ok && answer != NULL) {
        ok = reply != NULL && gst_structure_get(reply, "answer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, answer, NULL);
    }
    gst_promise_unref(promise);
    return ok;
}

/* Sends the answer once: when it is set, and with `gather` when its candidates are complete. Both come in any order. */
static void send_answer(Viewer *viewer)
{
    GstWebRTCSessionDescription *answer = NULL;
    GstWebRTCICEGatheringState gathering;
    char *sdp;

    g_object_get(viewer->webrtc, "local-description", &answer, "ice-gathering-state", &gathering, NULL);
    if (answer == NULL) return;
    if ((!viewer->gather || gathering == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE) &&
        g_atomic_int_compare_and_exchange(&viewer->answered, FALSE, TRUE)) {
        sdp = gst_sdp_message_as_text(answer->sdp);
        signaling_send(message_answer(viewer->peer, sdp));
        g_free(sdp);
    }
    gst_webrtc_session_description_free(answer);
}

static void on_gathering_state(GstElement *webrtc, GParamSpec *property, gpointer data)
{
    (void)webrtc;
    (void)property;
    send_answer(data);
}

static void on_answer_set(GstPromise *promise, gpointer data)
{
    if (succeeded(promise, data, NULL)) send_answer(data);
}

static void on_answer_created(GstPromise *promise, gpointer data)
{
    Viewer *viewer = data;
    GstWebRTCSessionDescription *answer = NULL;

    if (!succeeded(promise, viewer, &answer)) return;
    g_signal_emit_by_name(viewer->webrtc, "set-local-description", answer,
                          gst_promise_new_with_change_func(on_answer_set, viewer, NULL));
    gst_webrtc_session_description_free(answer);
}

static void on_offer_applied(GstPromise *promise, gpointer data)
{
    Viewer *viewer = data;

    if (!succeeded(promise, viewer, NULL)) return;
    g_signal_emit_by_name(viewer->webrtc, "create-answer", NULL,
                          gst_promise_new_with_change_func(on_answer_created, viewer, NULL));
}

static void on_candidate(GstElement *webrtc, guint index, const char *candidate, gpointer data)
{
    Viewer *viewer = data;

    (void)webrtc;
    /* The answer contains the candidates that were found before it was sent. */
    if (viewer->gather || !g_atomic_int_get(&viewer->answered) || *candidate == '\0') return;
    signaling_send(message_candidate(viewer->peer, candidate, index, offer_mid(viewer->offer, index)));
}

static void on_connection_state(GstElement *webrtc, GParamSpec *property, gpointer data)
{
    static const char *const names[] = {"new", "connecting", "connected", "disconnected", "failed", "closed"};
    Viewer *viewer = data;
    GstWebRTCPeerConnectionState state;

    (void)property;
    g_object_get(webrtc, "connection-state", &state, NULL);
    /* GStreamer also notifies without a change, and from several threads. */
    if (g_atomic_int_exchange(&viewer->state, (gint)state) == (gint)state) return;
    if ((guint)state >= G_N_ELEMENTS(names)) return;
    report_peer(viewer->peer, names[state]);
}

static void on_pad(GstElement *webrtc, GstPad *pad, gpointer data)
{
    Viewer *viewer = data;

    (void)webrtc;
    if (GST_PAD_IS_SRC(pad)) media_receive(viewer->pipeline, pad, viewer->peer);
}

static void on_data_channel(GstElement *webrtc, GObject *channel, gpointer data)
{
    Viewer *viewer = data;

    (void)webrtc;
    channel_echo(channel, viewer->peer);
}

static void listen(Viewer *viewer)
{
    g_signal_connect(viewer->webrtc, "on-ice-candidate", G_CALLBACK(on_candidate), viewer);
    g_signal_connect(viewer->webrtc, "on-data-channel", G_CALLBACK(on_data_channel), viewer);
    g_signal_connect(viewer->webrtc, "pad-added", G_CALLBACK(on_pad), viewer);
    g_signal_connect(viewer->webrtc, "notify::connection-state", G_CALLBACK(on_connection_state), viewer);
    g_signal_connect(viewer->webrtc, "notify::ice-gathering-state", G_CALLBACK(on_gathering_state), viewer);
}

static void apply_offer(Viewer *viewer)
{
    GstSDPMessage *copy;
    GstWebRTCSessionDescription *offer;

    gst_sdp_message_copy(viewer->offer, &copy);
    offer = gst_webrtc_session_description_new(GST_WEBRTC_SDP_TYPE_OFFER, copy);
    g_signal_emit_by_name(viewer->webrtc, "set-remote-description", offer,
                          gst_promise_new_with_change_func(on_offer_applied, viewer, NULL));
    gst_webrtc_session_description_free(offer);
}

Viewer *viewer_new(const char *peer, const char *offer, const ViewerSettings *settings)
{
    Viewer *viewer = g_new0(Viewer, 1);

    viewer->peer = g_strdup(peer);
    viewer->gather = settings->gather;
    viewer->offer = offer_parse(offer);
    if (viewer->offer != NULL) {
        int payload_type = offer_vp8_payload_type(viewer->offer);
        viewer->pipeline = pipeline_new(viewer->peer, payload_type, settings->stun, &viewer->webrtc);
    }
    if (viewer->pipeline == NULL) {
        report_error(peer, viewer->offer == NULL ? "Invalid offer."
                                                 : "Failed to build the GStreamer pipeline: a plugin is missing.");
        viewer_free(viewer);
        return NULL;
    }
    listen(viewer);
    gst_element_set_state(viewer->pipeline, GST_STATE_PLAYING);
    apply_offer(viewer);
    return viewer;
}

void viewer_add_candidate(Viewer *viewer, unsigned index, const char *candidate)
{
    g_signal_emit_by_name(viewer->webrtc, "add-ice-candidate", index, candidate);
}

void viewer_free(Viewer *viewer)
{
    if (viewer->pipeline != NULL) {
        g_atomic_int_set(&viewer->closing, TRUE);
        /* Ends the threads that use the viewer. */
        gst_element_set_state(viewer->pipeline, GST_STATE_NULL);
        gst_object_unref(viewer->pipeline);
    }
    if (viewer->offer != NULL) gst_sdp_message_free(viewer->offer);
    g_free(viewer->peer);
    g_free(viewer);
}
