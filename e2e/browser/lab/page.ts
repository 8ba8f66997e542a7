import { PeerManager, preflight, type Peer } from "@sig/client";
import { io } from "socket.io-client";
import { object, string } from "zod/mini";
import { RawPeer } from "./raw-peer.js";

/** What the tests work with inside a page: the packages, and a few things that are tedious to write in each test. */
const lab = {
  PeerManager,
  preflight,
  RawPeer,
  io,
  /** Not the whole of it, which is more than all the rest. */
  z: { object, string },

  /** A moving picture of a size that is cheap to encode, and a tone where asked for. */
  media({
    video = true,
    audio = false,
    frameRate = 10,
  }: { video?: boolean; audio?: boolean; frameRate?: number } = {}): Promise<MediaStream> {
    return navigator.mediaDevices.getUserMedia({ video: video && { width: 160, height: 120, frameRate }, audio });
  },

  /** The ICE generation of each end, as the descriptions of a connection name it. */
  generations(connection: RTCPeerConnection | undefined): { local: string | undefined; remote: string | undefined } {
    const [local, remote] = [connection?.localDescription, connection?.remoteDescription].map(
      (description) => /^a=ice-ufrag:(\S+)/m.exec(description?.sdp ?? "")?.[1],
    );
    return { local, remote };
  },

  /** Waits until this many more frames of every other peer, or of the one named, were decoded: over the connection that there is now, or over the one that takes its place. */
  async seesFrames(manager: PeerManager, more: number, from?: string): Promise<void> {
    const count = async (): Promise<Counted[]> => {
      const peers = [...manager.peers.values()].filter(({ id }) => from === undefined || id === from);
      return Promise.all(
        peers.map(async (peer) => ({ id: peer.id, connection: peer.connection, frames: await framesOf(peer) })),
      );
    };
    const before = await count();
    const sinceThen = ({ id, connection, frames }: Counted): number => {
      const then = before.find((peer) => peer.id === id && peer.connection === connection)?.frames ?? {};
      // Firefox begins to count anew where it makes its receiving end of a stream anew.
      const gained = (now: number, before = 0): number => (now < before ? now : now - before);
      return Object.entries(frames).reduce((sum, [stream, now]) => sum + gained(now, then[stream]), 0);
    };
    await lab.until(count, (now) => now.length > 0 && now.every((peer) => sinceThen(peer) >= more));
  },

  /** Resolves once the condition holds; rejects, with what it saw last, when it does not within the time. */
  async until<Value>(
    probe: () => Value | Promise<Value>,
    holds: (value: Value) => boolean,
    timeoutMs = 20_000,
  ): Promise<Value> {
    const end = performance.now() + timeoutMs;
    // What is soon there is soon seen; what takes longer is not asked for as often.
    for (let waitMs = 4; ; waitMs = Math.min(2 * waitMs, 64)) {
      const value = await probe();
      if (holds(value)) return value;
      if (performance.now() > end)
        throw new Error(`not within ${String(timeoutMs)} ms; last seen: ${JSON.stringify(value)}`);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  },
};

/** Of a peer, over the one connection. */
interface Counted {
  readonly id: string;
  readonly connection: RTCPeerConnection | undefined;
  readonly frames: Readonly<Record<string, number>>;
}

/** Decoded of each stream. */
async function framesOf(peer: Peer): Promise<Record<string, number>> {
  const frames: Record<string, number> = {};
  for (const report of (await peer.getStats()).values()) {
    const { type, kind, ssrc, framesDecoded } = report as {
      type: string;
      kind?: string;
      ssrc: number;
      framesDecoded?: number;
    };
    if (type === "inbound-rtp" && kind === "video") frames[String(ssrc)] = framesDecoded ?? 0;
  }
  return frames;
}

export type Lab = typeof lab;

declare global {
  interface Window {
    lab: Lab;
    manager: PeerManager;
    /** What the manager told of, in order. */
    heard: string[];
    /** Whatever a test keeps between two evaluations. */
    kept: Record<string, unknown>;
  }
}

window.lab = lab;
window.kept = {};
