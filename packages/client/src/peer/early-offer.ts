import { nextEpoch } from "../negotiation/connection-epoch.js";
import { randomText } from "../signaling/key.js";
import { openMessageChannel } from "../webrtc/data/message-channel.js";
import { sendTrack, type PublishedTrack } from "../webrtc/media/transceivers.js";
import type { ClientInput, TrackAnnouncements } from "@sig/protocol/page";

/** A first offer that was made before the peer is known, with the connection that it is of. It is not set yet. */
export interface EarlyOffer {
  readonly connection: RTCPeerConnection;
  readonly channel: RTCDataChannel | undefined;
  readonly senders: Map<PublishedTrack, RTCRtpSender>;
  /** As it travels with the join. */
  readonly offer: Required<
    Pick<NonNullable<ClientInput<"createAndJoinRoom">["offer"]>, "sdp" | "offerId" | "tracks">
  > & {
    readonly link: { readonly epoch: string; readonly seq: number; readonly ack: number };
  };
}

/** Makes it of everything that is sent to everybody. */
export async function makeEarlyOffer(
  connection: RTCPeerConnection,
  published: readonly PublishedTrack[],
  hasMessages: boolean,
): Promise<EarlyOffer> {
  const channel = hasMessages ? openMessageChannel(connection) : undefined;
  const senders = new Map(published.map((each) => [each, sendTrack(connection, each)]));
  const { sdp = "" } = await connection.createOffer();
  const link = { epoch: nextEpoch(0, randomText(8)), seq: 1, ack: 0 };
  const offer = { sdp, offerId: `${randomText(8)}-1`, tracks: tracksOf(sdp, connection, senders), link };
  return { connection, channel, senders, offer };
}

/** A transceiver has its `mid` once the offer is set; the sections of a first offer are in the same order. */
function tracksOf(
  sdp: string,
  connection: RTCPeerConnection,
  senders: ReadonlyMap<PublishedTrack, RTCRtpSender>,
): TrackAnnouncements {
  const mids = sdp.split(/^m=/m).flatMap((section) => /^(?:audio|video).*?^a=mid:(\S+)/ms.exec(section)?.[1] ?? []);
  const transceivers = connection.getTransceivers();
  const announced: TrackAnnouncements = {};
  for (const [{ stream, label }, sender] of senders) {
    const mid = mids[transceivers.findIndex((transceiver) => transceiver.sender === sender)];
    if (mid !== undefined && stream !== undefined)
      announced[mid] = { stream: stream.id, ...(label !== undefined && { label }) };
  }
  return announced;
}
