import { fakeTrack } from "@sig/client/testing";

type Fields = Record<string, unknown>;

/** What the client uses of a socket of Socket.IO. */
interface LegacySocket {
  readonly id: string | undefined;
  readonly connected: boolean;
  on(event: string, listener: (payload: never) => void): unknown;
  emit(event: string, payload: Fields): unknown;
  connect(): unknown;
  disconnect(): unknown;
}

interface Ports {
  readonly socket: LegacySocket;
  readonly RTCPeerConnection: typeof RTCPeerConnection;
  after(ms: number, run: () => void): () => void;
  /** A call on a connection has failed. */
  onError(cause: unknown): void;
}

/** A person without an answer presses the button again, and then reloads. */
const answerMs = 5000;

/**
 * A client as somebody writes it who has read the base protocol alone. It has no key and asks for no acknowledgement; a
 * newcomer offers to everyone whom `created` lists, and everybody else waits for the offer. It repairs nothing.
 */
export class LegacyClient {
  /** The room that it is in, or wants to be in. */
  room: string | undefined;
  /** Whether `created` has come. */
  isMember = false;
  readonly #ports: Ports;
  readonly #peers = new Map<string, LegacyPeer>();
  /** The rooms whose `created` may still come over this connection. */
  readonly #asked = new Set<string>();
  #stopWaiting: (() => void) | undefined;

  constructor(ports: Ports) {
    this.#ports = ports;
    const { socket } = ports;
    socket.on("connect", () => this.#enter());
    socket.on("disconnect", () => {
      this.#asked.clear();
      this.#hangUp();
    });
    socket.on("created", ({ room, peers }: { room: string; peers: { id: string }[] }) => {
      this.#asked.delete(room);
      if (room !== this.room) return;
      this.isMember = true;
      this.#stopWaiting?.();
      for (const { id } of peers) if (!this.#peers.has(id)) this.#peer(id).offer();
    });
    socket.on("offer", ({ from, room, sdp }: { from: string; room: string; sdp: string }) => {
      if (room === this.room) this.#peer(from).answer(sdp);
    });
    socket.on("answer", ({ from, sdp }: { from: string; sdp: string }) => this.#peers.get(from)?.answered(sdp));
    socket.on("candidate", ({ from, candidate }: { from: string; candidate: Candidate }) =>
      this.#peers.get(from)?.add(candidate),
    );
    socket.on("exit", ({ from, room }: { from: string; room: string }) => {
      if (room !== this.room) return;
      // The server has ended its own membership.
      if (from === socket.id) {
        this.room = undefined;
        this.#hangUp();
        return;
      }
      this.#peers.get(from)?.close();
      this.#peers.delete(from);
    });
  }

  /** Those with whom it has a connection. */
  get peers(): readonly string[] {
    return [...this.#peers.keys()];
  }

  join(room: string): void {
    this.room = room;
    // Who knows which of two joins is answered?
    if (this.#asked.has(room)) this.#reconnect();
    else if (this.#ports.socket.connected) this.#enter();
  }

  leave(): void {
    const { room } = this;
    const { socket } = this.#ports;
    this.room = undefined;
    this.#hangUp();
    if (room !== undefined && socket.connected) socket.emit("exit", { from: socket.id, room });
  }

  #enter(repeats = true): void {
    const { room } = this;
    if (room === undefined) return;
    const { socket, after } = this.#ports;
    this.#asked.add(room);
    socket.emit("createAndJoinRoom", { room });
    this.#stopWaiting?.();
    this.#stopWaiting = after(answerMs, () => {
      if (repeats && socket.connected) this.#enter(false);
      else this.#reconnect();
    });
  }

  #reconnect(): void {
    this.#ports.socket.disconnect();
    this.#ports.socket.connect();
  }

  #hangUp(): void {
    this.isMember = false;
    this.#stopWaiting?.();
    for (const peer of this.#peers.values()) peer.close();
    this.#peers.clear();
  }

  #peer(id: string): LegacyPeer {
    const { socket, RTCPeerConnection, onError } = this.#ports;
    const { room } = this;
    const known = this.#peers.get(id);
    if (known !== undefined) return known;
    const send = (event: string, fields: Fields): void => {
      if (this.#peers.get(id) === peer) socket.emit(event, { from: socket.id, to: id, room, ...fields });
    };
    const peer = new LegacyPeer(new RTCPeerConnection(), send, onError);
    this.#peers.set(id, peer);
    return peer;
  }
}

interface Candidate {
  readonly sdpMid: string;
  readonly sdpMLineIndex: string | number;
  readonly sdp: string;
}

/** One connection. Its calls run one after the other. */
class LegacyPeer {
  readonly #connection: RTCPeerConnection;
  readonly #send: (event: string, fields: Fields) => void;
  readonly #onError: (cause: unknown) => void;
  #last = Promise.resolve();

  constructor(
    connection: RTCPeerConnection,
    send: (event: string, fields: Fields) => void,
    onError: (cause: unknown) => void,
  ) {
    this.#connection = connection;
    this.#send = send;
    this.#onError = onError;
    connection.addTrack(fakeTrack("audio"));
    connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate === null || candidate.candidate === "") return;
      const { sdpMid, sdpMLineIndex } = candidate;
      send("candidate", { candidate: { sdpMid, sdpMLineIndex: String(sdpMLineIndex), sdp: candidate.candidate } });
    });
  }

  offer(): void {
    this.#run(async (connection) => {
      const { sdp } = await connection.createOffer();
      await connection.setLocalDescription({ type: "offer", sdp });
      this.#send("offer", { sdp });
    });
  }

  answer(offer: string): void {
    this.#run(async (connection) => {
      // Browsers of its time cannot roll an offer back, and reject another one.
      if (connection.signalingState === "have-local-offer") throw new Error("Called in the wrong state.");
      await connection.setRemoteDescription({ type: "offer", sdp: offer });
      const { sdp } = await connection.createAnswer();
      await connection.setLocalDescription({ type: "answer", sdp });
      this.#send("answer", { sdp });
    });
  }

  answered(sdp: string): void {
    this.#run((connection) => connection.setRemoteDescription({ type: "answer", sdp }));
  }

  add({ sdpMid, sdpMLineIndex, sdp }: Candidate): void {
    this.#run((connection) =>
      connection.addIceCandidate({ candidate: sdp, sdpMid, sdpMLineIndex: Number(sdpMLineIndex) }),
    );
  }

  close(): void {
    this.#connection.close();
  }

  #run(call: (connection: RTCPeerConnection) => Promise<unknown>): void {
    this.#last = this.#last
      .then(async () => {
        if (this.#connection.signalingState !== "closed") await call(this.#connection);
      })
      .catch(this.#onError);
  }
}
