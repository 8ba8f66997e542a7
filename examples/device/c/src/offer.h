#ifndef OFFER_H
#define OFFER_H

#include <gst/sdp/sdp.h>

/* Parses the SDP of a peer; NULL if it is invalid or has no media. Free it with gst_sdp_message_free. */
GstSDPMessage *offer_parse(const char *sdp);

/* The payload type of VP8 in the offer; -1 if it has none. */
int offer_vp8_payload_type(const GstSDPMessage *offer);

/* The a=mid of a media section; NULL if it has none. The offer owns the string. */
const char *offer_mid(const GstSDPMessage *offer, unsigned index);

#endif
