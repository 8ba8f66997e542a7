import type { MemorySocket } from "../../src/testing/index.js";

export interface DeviceOptions {
  readonly room: string;
  readonly capabilities?: Readonly<Record<string, unknown>>;
  /** Says nothing to so many offers, as if its answer were lost. */
  readonly deafTo?: number;
}

/** What a device was sent by one viewer. */
interface Heard {
  readonly offers: string[];
  readonly candidates: string[];
}

/** A device that knows only the seed protocol, joins without a key and never offers: each offer is a connection of its own, and replaces the one before. */
export class Device {
  readonly heard = new Map<string, Heard>();
  readonly connections = new Map<string, RTCPeerConnection>();
  readonly tracks: MediaStreamTrack[] = [];
  id = "";
  readonly #socket: MemorySocket;
  readonly #Connection: typeof RTCPeerConnection;
  readonly #camera: MediaStream;
  #deafTo: number;

  constructor(
    socket: MemorySocket,
    Connection: typeof RTCPeerConnection,
    camera: MediaStream,
    { room, capabilities, deafTo = 0 }: DeviceOptions,
  ) {
    this.#socket = socket;
    this.#Connection = Connection;
    this.#camera = camera;
    this.#deafTo = deafTo;
    socket.on("created", ({ id }: { id: string }) => (this.id = id));
    socket.on("offer", ({ from, sdp }: { from: string; sdp: string }) => void this.#answer(room, from, sdp));
    socket.on("candidate", ({ from, candidate }: { from: string; candidate: { sdp: string } }) =>
      this.#of(from).candidates.push(candidate.sdp),
    );
    socket.emit("createAndJoinRoom", { room, ...(capabilities !== undefined && { capabilities }) });
  }

  async #answer(room: string, viewer: string, sdp: string): Promise<void> {
    this.#of(viewer).offers.push(sdp);
    if (this.#deafTo-- > 0) return;
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

  #of(viewer: string): Heard {
    const heard = this.heard.get(viewer) ?? { offers: [], candidates: [] };
    this.heard.set(viewer, heard);
    return heard;
  }
}
