import type { Participant } from "./call.js";

/** Audio level from 0 to 1, linear: above the noise of a quiet room. */
const threshold = 0.02;
const intervalMs = 200;
/** A pause between two words is not the end of a sentence. */
const holdMs = 800;

/** Calls `onSpeaking` for every participant, five times a second. Returns a function that stops it. */
export function watchSpeakers(
  participants: () => Iterable<Participant>,
  onSpeaking: (id: string, speaking: boolean) => void,
): () => void {
  const lastSpokeAt = new Map<string, number>();
  const timer = setInterval(() => {
    const now = performance.now();
    for (const peer of participants()) {
      if (audioLevel(peer.connection) > threshold) lastSpokeAt.set(peer.id, now);
      onSpeaking(peer.id, now - (lastSpokeAt.get(peer.id) ?? -Infinity) < holdMs);
    }
  }, intervalMs);
  return () => {
    clearInterval(timer);
  };
}

/** Read from the RTP packets: Chromium's `inbound-rtp.audioLevel` may stay 0. */
function audioLevel(connection: RTCPeerConnection | undefined): number {
  const receivers = connection?.getReceivers().filter(({ track }) => track.kind === "audio") ?? [];
  return Math.max(0, ...receivers.map((receiver) => receiver.getSynchronizationSources()[0]?.audioLevel ?? 0));
}
