import type { MemorySocket } from "../../src/testing/index.js";

export interface DeviceOptions {
  readonly room: string;
  readonly capabilities?: Readonly<Record<string, unknown>>;
  /** How many offers it leaves unanswered first, as if its answers were lost. */
  readonly ignoredOffers?: number;
}

/** What a device received from one viewer. */
interface Received {
  readonly offers: string[];
  readonly candidates: string[];
}

/**
 * A legacy device: it implements the base protocol and makes no offers. Each offer is for a new connection, which
 * replaces the previous one.
 */
export class Device {
  readonly received = new Map<string, Received>();
  readonly connections = new Map<string, RTCPeerConnection>();
  readonly tracks: MediaStreamTrack[] = [];
  id = "";
  readonly #socket: MemorySocket;
  readonly #Connection: typeof RTCPeerConnection;
  readonly #camera: MediaStream;
  #ignoredOffers: number;

  constructor(
    socket: MemorySocket,
    Connection: typeof RTCPeerConnection,
    camera: MediaStream,
    { room, capabilities, ignoredOffers = 0 }: DeviceOptions,
  ) {
    this.#socket = socket;
    this.#Connection = Connection;
    this.#camera = camera;
    this.#ignoredOffers = ignoredOffers;
    socket.on("created", ({ id }: { id: string }) => (this.id = id));
    socket.on("offer", ({ from, sdp }: { from: string; sdp: string }) => void this.#answer(room, from, sdp));
    socket.on("candidate", ({ from, candidate }: { from: string; candidate: { sdp: string } }) =>
      this.#of(from).candidates.push(candidate.sdp),
    );
    socket.emit("createAndJoinRoom", { room, ...(capabilities !== undefined && { capabilities }) });
  }

  async #answer(room: string, viewer: string, sdp: string): Promise<void> {
    this.#of(viewer).offers.push(sdp);
    if (this.#ignoredOffers-- > 0) return;
    this.connections.get(viewer)?.close();
    const connection = new this.#Connection();
    this.connections.set(viewer, connection);
    connection.addEventListener("track", ({ track }) => this.tracks.push(track));
    for (const track of this.#camera.getTracks()) connection.addTrack(track, this.#camera);
    await connection.setRemoteDescription({ type: "offer", sdp });
    await connection.setLocalDescription();
    await new Promise<void>((resolve) => {
      connection.addEventListener("icegatheringstatechange", () => {
        if (connection.iceGatheringState === "complete") resolve();
      });
    });
    const { type, sdp: answer } = connection.localDescription ?? {};
    this.#socket.emit("answer", { to: viewer, room, sdp: { type, sdp: answer } });
  }

  #of(viewer: string): Received {
    const received = this.received.get(viewer) ?? { offers: [], candidates: [] };
    this.received.set(viewer, received);
    return received;
  }
}
