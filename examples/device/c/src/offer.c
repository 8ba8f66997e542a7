#include "offer.h"

#include <string.h>

GstSDPMessage *offer_parse(const char *sdp)
{
    GstSDPMessage *offer;

    if (gst_sdp_message_new_from_text(sdp, &offer) != GST_SDP_OK) return NULL;
    if (gst_sdp_message_medias_len(offer) > 0) return offer;
    gst_sdp_message_free(offer);
    return NULL;
}

/* `rtpmap` is, for example, "96 VP8/90000". */
static gboolean is_vp8(const char *rtpmap)
{
    const char *name = strchr(rtpmap, ' ');
    return name != NULL && g_ascii_strncasecmp(name + 1, "VP8/", 4) == 0;
}

int offer_vp8_payload_type(const GstSDPMessage *offer)
{
    for (guint section = 0; section < gst_sdp_message_medias_len(offer); section++) {
        const GstSDPMedia *media = gst_sdp_message_get_media(offer, section);
        if (!g_str_equal(gst_sdp_media_get_media(media), "video")) continue;
        for (guint n = 0;; n++) {
            const char *rtpmap = gst_sdp_media_get_attribute_val_n(media, "rtpmap", n);
            if (rtpmap == NULL) break;
            if (is_vp8(rtpmap)) return atoi(rtpmap);
        }
    }
    return -1;
}

const char *offer_mid(const GstSDPMessage *offer, unsigned index)
{
    if (index >= gst_sdp_message_medias_len(offer)) return NULL;
    return gst_sdp_media_get_attribute_val(gst_sdp_message_get_media(offer, index), "mid");
}
