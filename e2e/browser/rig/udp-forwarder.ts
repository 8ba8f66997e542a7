import { createSocket, type RemoteInfo, type Socket } from "node:dgram";

/** A NAT drops an idle mapping. A path in use sends consent checks every 5 s (RFC 7675 section 5.1). */
const mappingMs = 20_000;

/** `out`: to the target. `back`: from the target. */
export type Leg = "out" | "back";

/** Decides about a datagram: it may send it now, later, or never. */
export type Gate = (leg: Leg, datagram: Buffer, send: () => void) => void;

/**
 * Forwards datagrams to one UDP address as a NAT does: the target sees each source at a port of its own. It listens on
 * the target's own address, since an ICE agent may pair loopback only with loopback.
 */
export class UdpForwarder {
  readonly #address: string;
  readonly #port: number;
  readonly #gate: Gate;
  readonly #listening: Socket = createSocket("udp4");
  readonly #upstreams = new Map<string, Promise<Socket>>();
  readonly #idleTimer: NodeJS.Timeout;
  #closed = false;

  private constructor(address: string, port: number, gate: Gate) {
    this.#address = address;
    this.#port = port;
    this.#gate = (...args) => {
      this.#idleTimer.refresh();
      gate(...args);
    };
    this.#idleTimer = setTimeout(() => {
      this.close();
    }, mappingMs);
    this.#listening.on("error", () => undefined);
    this.#listening.on("message", (datagram, source) => {
      this.#gate("out", datagram, () => void this.#send(datagram, source));
    });
  }

  /** Undefined if the address does not belong to this machine. */
  static async open(address: string, port: number, gate: Gate): Promise<UdpForwarder | undefined> {
    const forwarder = new UdpForwarder(address, port, gate);
    try {
      await bind(forwarder.#listening, address);
      return forwarder;
    } catch {
      forwarder.close();
      return undefined;
    }
  }

  /** The port that it listens on. */
  get port(): number {
    return this.#listening.address().port;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#idleTimer);
    this.#listening.close();
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
    // `close` may have run meanwhile.
    if (this.#upstreams.has(key)) socket.send(datagram, this.#port, this.#address);
  }

  async #openUpstream(source: RemoteInfo): Promise<Socket> {
    const socket = createSocket("udp4");
    socket.on("error", () => undefined);
    socket.on("message", (datagram) => {
      this.#gate("back", datagram, () => {
        if (!this.#closed) this.#listening.send(datagram, source.port, source.address);
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
