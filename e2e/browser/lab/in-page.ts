import { PeerManager, preflight, type Peer } from "@sig/client";
import { io } from "socket.io-client";
import { object, string } from "zod/mini";
import { RawPeer } from "./raw-peer.js";

/** For tests inside a page: the packages, and helpers for common steps. */
const lab = {
  PeerManager,
  preflight,
  RawPeer,
  io,
  /** Only these two: all of zod is larger than everything else together. */
  z: { object, string },

  /** A video that is small and cheap to encode, and a tone if asked for. */
  media({
    video = true,
    audio = false,
    frameRate = 10,
  }: { video?: boolean; audio?: boolean; frameRate?: number } = {}): Promise<MediaStream> {
    return navigator.mediaDevices.getUserMedia({ video: video && { width: 160, height: 120, frameRate }, audio });
  },

  /** The first peer of `window.manager`; most tests have one. */
  peer(): Peer | undefined {
    return window.manager.peers.values().next().value;
  },

  /** The connection with that peer, as it is now: recovery may replace it. */
  connection(): RTCPeerConnection | undefined {
    return lab.peer()?.connection;
  },

  /** The events of the manager so far that match. */
  eventsMatching(pattern: RegExp): string[] {
    return window.events.filter((line) => pattern.test(line));
  },

  /** The labels of all tracks that the manager receives, sorted. */
  labels(): string {
    return [...(window.kept.labels as string[])].sort().join();
  },

  /** The ICE generation of each end: the ufrags in the descriptions of a connection. */
  generations(connection: RTCPeerConnection | undefined): { local: string | undefined; remote: string | undefined } {
    const [local, remote] = [connection?.localDescription, connection?.remoteDescription].map(
      (description) => /^a=ice-ufrag:(\S+)/m.exec(description?.sdp ?? "")?.[1],
    );
    return { local, remote };
  },

  /**
   * Waits until this many more frames of every other peer, or of one, were decoded. A connection that is replaced
   * meanwhile counts too.
   */
  async receivesFrames(
    manager: PeerManager,
    more: number,
    { from, timeoutMs }: { from?: string | undefined; timeoutMs?: number | undefined } = {},
  ): Promise<void> {
    const count = async (): Promise<FrameCount[]> => {
      const peers = [...manager.peers.values()].filter(({ id }) => from === undefined || id === from);
      return Promise.all(
        peers.map(async (peer) => ({ id: peer.id, connection: peer.connection, frames: await framesOf(peer) })),
      );
    };
    const before = await count();
    const gained = ({ id, connection, frames }: FrameCount): number => {
      const then = before.find((peer) => peer.id === id && peer.connection === connection)?.frames ?? {};
      // Firefox restarts the count when it recreates the receiver of a stream.
      const difference = (now: number, before = 0): number => (now < before ? now : now - before);
      return Object.entries(frames).reduce((sum, [stream, now]) => sum + difference(now, then[stream]), 0);
    };
    await lab.until(count, (now) => now.length > 0 && now.every((peer) => gained(peer) >= more), timeoutMs);
  },

  /** Resolves once the condition holds; rejects with the last value when it does not within the time. */
  async until<Value>(
    probe: () => Value | Promise<Value>,
    holds: (value: Value) => boolean,
    timeoutMs = 20_000,
  ): Promise<Value> {
    const end = performance.now() + timeoutMs;
    // Quick changes are noticed quickly; slow ones are polled less often.
    for (let waitMs = 4; ; waitMs = Math.min(2 * waitMs, 64)) {
      const value = await probe();
      if (holds(value)) return value;
      if (performance.now() > end)
        throw new Error(`Timed out after ${String(timeoutMs)} ms. Last value: ${JSON.stringify(value)}`);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  },
};

/** Of one peer, over one connection. */
interface FrameCount {
  readonly id: string;
  readonly connection: RTCPeerConnection | undefined;
  readonly frames: Readonly<Record<string, number>>;
}

/** Decoded frames by stream. */
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
    /** The events of the manager, in order. */
    events: string[];
    /** Values that a test needs in a later evaluation. */
    kept: Record<string, unknown>;
  }
}

window.lab = lab;
window.kept = {};
