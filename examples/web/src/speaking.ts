import type { Participant } from "./call.js";

/** Linear, 0 to 1: above a quiet room's noise. */
const threshold = 0.02;
const intervalMs = 200;
/** A pause between two words does not end a sentence. */
const holdMs = 800;

/** Tells several times a second who can be heard now. Returns what stops that. */
export function watchSpeakers(
  participants: () => Iterable<Participant>,
  onSpeaking: (id: string, speaking: boolean) => void,
): () => void {
  const heardAt = new Map<string, number>();
  const timer = setInterval(() => {
    const now = performance.now();
    for (const peer of participants()) {
      if (loudness(peer.connection) > threshold) heardAt.set(peer.id, now);
      onSpeaking(peer.id, now - (heardAt.get(peer.id) ?? -Infinity) < holdMs);
    }
  }, intervalMs);
  return () => {
    clearInterval(timer);
  };
}

/** Read from the packets themselves: Chromium's `inbound-rtp.audioLevel` stays 0 in places where this moves. */
function loudness(connection: RTCPeerConnection | undefined): number {
  const receivers = connection?.getReceivers().filter(({ track }) => track.kind === "audio") ?? [];
  return Math.max(0, ...receivers.map((receiver) => receiver.getSynchronizationSources()[0]?.audioLevel ?? 0));
}
