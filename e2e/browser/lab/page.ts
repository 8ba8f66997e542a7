import { PeerManager, preflight } from "@sig/client";
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
  media({ video = true, audio = false, frameRate = 10 }: { video?: boolean; audio?: boolean; frameRate?: number } = {}): Promise<MediaStream> {
    return navigator.mediaDevices.getUserMedia({ video: video && { width: 160, height: 120, frameRate }, audio });
  },

  /** The ICE generation of each end, as the descriptions of a connection name it. */
  generations(connection: RTCPeerConnection | undefined): { local: string | undefined; remote: string | undefined } {
    const [local, remote] = [connection?.localDescription, connection?.remoteDescription].map((description) => /^a=ice-ufrag:(\S+)/m.exec(description?.sdp ?? "")?.[1]);
    return { local, remote };
  },

  /** Frames decoded by all connections of a manager, by peer id. */
  async frames(manager: PeerManager): Promise<Record<string, number>> {
    const counted: Record<string, number> = {};
    for (const peer of manager.peers.values()) {
      let frames = 0;
      for (const report of (await peer.getStats()).values()) {
        const { type, kind, framesDecoded } = report as { type: string; kind?: string; framesDecoded?: number };
        if (type === "inbound-rtp" && kind === "video") frames += framesDecoded ?? 0;
      }
      counted[peer.id] = frames;
    }
    return counted;
  },

  /** Resolves once the condition holds; rejects, with what it saw last, when it does not within the time. */
  async until<Value>(probe: () => Value | Promise<Value>, holds: (value: Value) => boolean, timeoutMs = 20_000): Promise<Value> {
    const end = performance.now() + timeoutMs;
    // What is soon there is soon seen; what takes longer is not asked for as often.
    for (let waitMs = 4; ; waitMs = Math.min(2 * waitMs, 64)) {
      const value = await probe();
      if (holds(value)) return value;
      if (performance.now() > end) throw new Error(`not within ${String(timeoutMs)} ms; last seen: ${JSON.stringify(value)}`);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  },
};

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
