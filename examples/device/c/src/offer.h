#ifndef OFFER_H
#define OFFER_H

#include <gst/sdp/sdp.h>

/* Reads SDP of a peer's. NULL for what is none; to be freed with gst_sdp_message_free. */
GstSDPMessage *offer_parse(const char *sdp);

/* The payload type that the offer gives to VP8; -1 where it has none. */
int offer_vp8_payload_type(const GstSDPMessage *offer);

/* The name (a=mid) of a media section, which the offer keeps; NULL where there is none. */
const char *offer_mid(const GstSDPMessage *offer, unsigned index);

#endif
