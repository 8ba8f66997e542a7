import { nextEpoch } from "../negotiation/connection-epoch.js";
import { randomText } from "../signaling/key.js";
import { openMessageChannel } from "../webrtc/data/message-channel.js";
import { announcements, sendTrack, type PublishedTrack } from "../webrtc/media/transceivers.js";
import type { Link, TrackAnnouncements } from "@sig/protocol/page";

/** What an offer is made of. */
export interface OfferedMedia {
  readonly tracks: readonly PublishedTrack[];
  /** Whether there is a message channel. */
  readonly hasMessages: boolean;
}

/**
 * A first offer that was made before the peer is known, with the connection that it is of. That it is set is left to
 * whoever knows the peer: candidates are gathered from then on, with the ICE servers that came with the answer.
 */
export interface EarlyOffer {
  readonly connection: RTCPeerConnection;
  /** What the connection was made with. */
  readonly configuration: RTCConfiguration;
  readonly channel: RTCDataChannel | undefined;
  readonly senders: Map<PublishedTrack, RTCRtpSender>;
  /** As it travels with the join. */
  readonly offer: {
    readonly sdp: string;
    readonly offerId: string;
    readonly tracks: TrackAnnouncements;
    readonly link: Link;
  };
}

export async function makeEarlyOffer(
  connection: RTCPeerConnection,
  configuration: RTCConfiguration,
  { tracks, hasMessages }: OfferedMedia,
): Promise<EarlyOffer> {
  const senders = new Map(tracks.map((each) => [each, sendTrack(connection, each)]));
  // After the tracks, so that the sections of the offer are in the order of the transceivers.
  const channel = hasMessages ? openMessageChannel(connection) : undefined;
  const { sdp = "" } = await connection.createOffer();
  const mids = [...sdp.matchAll(/^a=mid:(\S+)/gm)];
  const transceivers = connection.getTransceivers();
  // A transceiver itself has its `mid` once the offer is set.
  const midOf = (sender: RTCRtpSender): string | undefined =>
    mids[transceivers.findIndex((transceiver) => transceiver.sender === sender)]?.[1];
  return {
    connection,
    configuration,
    channel,
    senders,
    offer: {
      sdp,
      offerId: `${randomText(8)}-1`,
      tracks: announcements(midOf, senders),
      link: { epoch: nextEpoch(0, randomText(8)), seq: 1, ack: 0 },
    },
  };
}
