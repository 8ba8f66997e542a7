#ifndef MEDIA_H
#define MEDIA_H

#include <gst/gst.h>

/*
 * The video that the device sends: a moving ball as VP8 over RTP. A bin with one source pad; NULL if a GStreamer plugin
 * is missing.
 */
GstElement *media_video(int payload_type);

/* Adds a sink for a pad with the RTP of a peer, and reports what it receives. `peer` has to outlive the pipeline. */
void media_receive(GstElement *pipeline, GstPad *pad, const char *peer);

#endif
