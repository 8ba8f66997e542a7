import { createSocket, type RemoteInfo, type Socket } from "node:dgram";

/** A NAT forgets whom nothing comes from and nothing goes to. Paths that are used have something to say every 5 s (RFC 7675 section 5.1). */
const forgottenAfterMs = 20_000;

/** Out: what the one who asked for the forwarder sends to the target. Back: what the target answers. */
export type Leg = "out" | "back";

/** Decides what becomes of a datagram; sends it, now or later, or does not. */
export type Gate = (leg: Leg, datagram: Buffer, send: () => void) => void;

/**
 * Forwards datagrams to one UDP address as a NAT does: each source has a port of its own, by which the target can
 * answer it. It listens on the target's own address, since an ICE agent may pair loopback with loopback alone.
 */
export class UdpForwarder {
  readonly #address: string;
  readonly #port: number;
  readonly #gate: Gate;
  readonly #face: Socket = createSocket("udp4");
  readonly #upstreams = new Map<string, Promise<Socket>>();
  readonly #silence: NodeJS.Timeout;
  #closed = false;

  private constructor(address: string, port: number, gate: Gate) {
    this.#address = address;
    this.#port = port;
    this.#gate = (...args) => {
      this.#silence.refresh();
      gate(...args);
    };
    this.#silence = setTimeout(() => {
      this.close();
    }, forgottenAfterMs);
    this.#face.on("error", () => undefined);
    this.#face.on("message", (datagram, source) => {
      this.#gate("out", datagram, () => void this.#send(datagram, source));
    });
  }

  /** Undefined where the address is not one of this machine's. */
  static async open(address: string, port: number, gate: Gate): Promise<UdpForwarder | undefined> {
    const forwarder = new UdpForwarder(address, port, gate);
    try {
      await bind(forwarder.#face, address);
      return forwarder;
    } catch {
      forwarder.close();
      return undefined;
    }
  }

  /** Where it listens. */
  get port(): number {
    return this.#face.address().port;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#silence);
    this.#face.close();
    for (const upstream of this.#upstreams.values())
      void upstream.then((socket) => socket.close()).catch(() => undefined);
    this.#upstreams.clear();
  }

  async #send(datagram: Buffer, source: RemoteInfo): Promise<void> {
    if (this.#closed) return;
    const key = `${source.address}:${String(source.port)}`;
    const upstream = this.#upstreams.get(key) ?? this.#openUpstream(source);
    this.#upstreams.set(key, upstream);
    const socket = await upstream;
    // A socket may have been closed meanwhile.
    if (this.#upstreams.has(key)) socket.send(datagram, this.#port, this.#address);
  }

  async #openUpstream(source: RemoteInfo): Promise<Socket> {
    const socket = createSocket("udp4");
    socket.on("error", () => undefined);
    socket.on("message", (datagram) => {
      this.#gate("back", datagram, () => {
        if (!this.#closed) this.#face.send(datagram, source.port, source.address);
      });
    });
    await bind(socket, this.#address);
    return socket;
  }
}

function bind(socket: Socket, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(0, address, resolve);
  });
}
