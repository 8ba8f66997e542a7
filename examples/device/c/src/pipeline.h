#ifndef PIPELINE_H
#define PIPELINE_H

#include <gst/gst.h>

/*
 * A pipeline with a `webrtcbin` that sends the video with this payload type; -1 sends none. `stun` is "host:port" or
 * NULL.
 * NULL if a GStreamer plugin is missing. `peer`, for error reports, has to outlive the pipeline.
 */
GstElement *pipeline_new(const char *peer, int payload_type, const char *stun, GstElement **webrtc);

#endif
