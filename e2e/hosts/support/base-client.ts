/** As much of a Socket.IO socket as a client of the base protocol needs. */
export interface BaseSocket {
  on(event: string, listener: (payload: never) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
}

interface Relayed {
  readonly from: string;
  readonly sdp: string;
  readonly candidate: { readonly sdpMid: string; readonly sdpMLineIndex: string; readonly sdp: string };
}

/**
 * A client written from the base protocol alone: it offers to everyone who was there before, answers everyone who
 * comes later, and sends its candidates one by one.
 */
export class BaseClient {
  /** Its id, once it has joined. */
  id = "";
  readonly connections = new Map<string, RTCPeerConnection>();
  /** The ids of peers that have left. */
  readonly left: string[] = [];
  readonly #socket: BaseSocket;
  readonly #room: string;
  readonly #Connection: typeof RTCPeerConnection;

  constructor(socket: BaseSocket, room: string, Connection: typeof RTCPeerConnection) {
    this.#socket = socket;
    this.#room = room;
    this.#Connection = Connection;
    socket.on("created", ({ id, peers }: { id: string; peers: { id: string }[] }) => {
      this.id = id;
      for (const peer of peers) void this.#offer(peer.id);
    });
    socket.on("offer", ({ from, sdp }: Relayed) => void this.#answer(from, sdp));
    socket.on("answer", ({ from, sdp }: Relayed) => {
      void this.connections.get(from)?.setRemoteDescription({ type: "answer", sdp });
    });
    socket.on("candidate", ({ from, candidate: { sdp, sdpMid, sdpMLineIndex } }: Relayed) => {
      const init = { candidate: sdp, sdpMid, sdpMLineIndex: Number(sdpMLineIndex) };
      void this.connections.get(from)?.addIceCandidate(init);
    });
    socket.on("exit", ({ from }: Relayed) => {
      this.left.push(from);
      this.connections.get(from)?.close();
      this.connections.delete(from);
    });
  }

  join(): void {
    this.#socket.emit("createAndJoinRoom", { room: this.#room });
  }

  exit(): void {
    this.#socket.emit("exit", { from: this.id, room: this.#room });
    for (const connection of this.connections.values()) connection.close();
  }

  async #offer(to: string): Promise<void> {
    const connection = this.#connect(to);
    connection.addTransceiver("video", { direction: "recvonly" });
    const offer = await connection.createOffer();
    await connection.setLocalDescription(offer);
    this.#send("offer", to, { sdp: offer.sdp });
  }

  async #answer(to: string, sdp: string): Promise<void> {
    const connection = this.connections.get(to) ?? this.#connect(to);
    await connection.setRemoteDescription({ type: "offer", sdp });
    const answer = await connection.createAnswer();
    await connection.setLocalDescription(answer);
    this.#send("answer", to, { sdp: answer.sdp });
  }

  #connect(to: string): RTCPeerConnection {
    const connection = new this.#Connection();
    this.connections.set(to, connection);
    connection.onicecandidate = ({ candidate }) => {
      if (candidate === null) return;
      const { sdpMid, sdpMLineIndex, candidate: sdp } = candidate;
      this.#send("candidate", to, { candidate: { sdpMid, sdpMLineIndex: String(sdpMLineIndex), sdp } });
    };
    return connection;
  }

  #send(event: string, to: string, fields: object): void {
    this.#socket.emit(event, { from: this.id, to, room: this.#room, ...fields });
  }
}
