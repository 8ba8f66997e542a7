#ifndef MEDIA_H
#define MEDIA_H

#include <gst/gst.h>

/* What is shown: a ball that moves, as VP8 over RTP with this payload type. A bin with one source pad. NULL where GStreamer lacks a plugin. */
GstElement *media_picture(int payload_type);

/* Puts a sink behind a pad on which RTP of a peer's comes, and tells of what is received. `peer` has to outlive the pipeline. */
void media_receive(GstElement *pipeline, GstPad *pad, const char *peer);

#endif
