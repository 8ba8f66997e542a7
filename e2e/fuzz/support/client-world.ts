import { PeerManager, SignalingError, type Publication } from "@sig/client";
import { FakeClock, FakeNetwork, MemorySignaling, fakeStream, type MemorySocket } from "@sig/client/testing";
import type { AppAction, ClientStep } from "./client-input.js";
import { HostileSocket } from "./hostile-socket.js";
import { revive } from "./hostile-values.js";

const room = "one";

/** A victim and an honest friend are in a room, where somebody hostile is too; the server may be hostile as well. */
export class ClientWorld {
  readonly #clock = new FakeClock();
  readonly #network = new FakeNetwork({ clock: this.#clock });
  readonly #signaling = new MemorySignaling({ clock: this.#clock });
  readonly #violations: string[] = [];
  readonly #socket = new HostileSocket(this.#signaling.socket());
  readonly #victim = this.#manager("victim", this.#socket);
  readonly #friend = this.#manager("friend", this.#signaling.socket());
  /** Sends through the server what it likes. */
  readonly #raw: MemorySocket = this.#signaling.socket();
  /** Has a connection to the victim, and its end of the data channel. */
  readonly #insider = this.#manager("insider", this.#signaling.socket(), { dataChannel: false });
  readonly #publications: Publication[] = [];
  readonly #onUnhandled = (cause: unknown): void => {
    this.#violations.push(`Nobody handled: ${String((cause as Error | undefined)?.stack ?? cause)}`);
  };
  #channel: RTCDataChannel | undefined;
  #rawId = "";

  constructor() {
    process.on("unhandledRejection", this.#onUnhandled);
    this.#raw.on("created", ({ id }: { id: string }) => (this.#rawId = id));
    this.#insider.publish(fakeStream("audio"));
    this.#insider.on("peerState", (peer, state) => {
      if (peer.id === this.#victim.id && state === "connected" && peer.connection !== undefined)
        this.#channel = peer.connection.createDataChannel("sig", { negotiated: true, id: 0 });
    });
  }

  async start(): Promise<void> {
    this.#raw.emit("createAndJoinRoom", { room, key: rawKey });
    const joins = [this.#victim, this.#friend, this.#insider].map((manager) => manager.join(room));
    await this.#clock.settle(Promise.all(joins));
    await this.#clock.advance(500);
  }

  async take(step: ClientStep): Promise<void> {
    try {
      this.#take(step);
    } catch (cause) {
      this.#violations.push(`Thrown: ${String((cause as Error).stack)}`);
    }
    await this.#clock.advance(step.do === "wait" ? step.ms : 0);
  }

  /** Everybody leaves, and nothing may be left of anybody. */
  async end(): Promise<string[]> {
    this.#socket.answers.length = 0;
    for (const manager of [this.#victim, this.#friend, this.#insider]) {
      try {
        await this.#clock.settle(manager.leave(), { withinMs: 120_000 });
      } catch (cause) {
        this.#violations.push(`leave() failed: ${String(cause)}`);
      }
    }
    this.#raw.disconnect();
    await this.#clock.runOut();
    const { live } = this.#network.connections;
    if (live > 0) this.#violations.push(`${String(live)} connections are left.`);
    if (this.#clock.pending > 0) this.#violations.push(`${String(this.#clock.pending)} timers are left.`);
    if (this.#victim.peers.size > 0) this.#violations.push("Peers are left.");
    if (this.#socket.listenerCount > 0) this.#violations.push("Listeners are left on the socket.");
    if (Object.keys(Object.prototype).length > 0) this.#violations.push("Every object has new properties.");
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", this.#onUnhandled);
    return this.#violations;
  }

  #take(step: ClientStep): void {
    switch (step.do) {
      case "app":
        this.#act(step.action);
        break;
      case "event":
        this.#socket.receive(step.event, this.#revive(step.payload));
        break;
      case "answer":
        this.#socket.answers.push(this.#revive(step.reply));
        break;
      case "lose":
        this.#socket.lose();
        break;
      case "relay":
        this.#relay(step.event, this.#revive(step.payload));
        break;
      case "channel":
        this.#write(this.#revive(step.message));
        break;
      case "wait":
        break;
    }
  }

  #act(action: AppAction): void {
    const { state } = this.#victim;
    switch (action) {
      case "join":
        if (state === "idle" || state === "left")
          this.#victim.join(room, { timeoutMs: 5_000 }).catch((error: unknown) => this.#checkError(error));
        break;
      case "leave":
        void this.#victim.leave();
        break;
      case "publish":
        this.#publications.push(this.#victim.publish(fakeStream("audio", "video")));
        break;
      case "stop":
        this.#publications.pop()?.stop();
        break;
      case "send":
        attempt(() => this.#victim.send("chat", { text: "hello" }));
        break;
      case "metadata":
        this.#victim.setMetadata({ name: "victim" }).catch((error: unknown) => this.#checkError(error));
        break;
      case "explain":
        for (const peer of this.#victim.peers.values())
          peer.explain().catch((error: unknown) => this.#violations.push(`explain() failed: ${String(error)}`));
    }
  }

  #relay(event: string, payload: unknown): void {
    // What JSON cannot carry does not reach a server.
    attempt(() => this.#raw.emit(event, JSON.parse(JSON.stringify(payload)) as unknown));
  }

  #write(message: unknown): void {
    const channel = this.#channel;
    if (channel?.readyState !== "open") return;
    attempt(() => {
      if (message instanceof Uint8Array) channel.send(message as Uint8Array<ArrayBuffer>);
      else channel.send(typeof message === "string" ? message : JSON.stringify(message));
    });
  }

  #revive(value: unknown): unknown {
    return revive(value, (name) => this.#nameOf(name), this.#socket.sdp);
  }

  #nameOf(name: string): unknown {
    const names: Readonly<Record<string, string | undefined>> = {
      "@self": this.#victim.id,
      "@friend": this.#friend.id,
      "@hostile": this.#rawId,
      "@ghost0": "G".repeat(22),
      "@ghost1": "H".repeat(22),
      "@sdp": this.#socket.sdp,
      "@offerId": this.#socket.offerId,
      "@key": rawKey,
    };
    return name in names ? (names[name] ?? "nobody") : name;
  }

  #manager(name: string, socket: HostileSocket | MemorySocket, options: { dataChannel?: boolean } = {}): PeerManager {
    const RTCPeerConnection = this.#network.connectionClass(name);
    const manager = new PeerManager(socket, { clock: this.#clock, RTCPeerConnection, ...options });
    manager.on("error", (error) => this.#checkError(error));
    return manager;
  }

  #checkError(error: unknown): void {
    if (!(error instanceof SignalingError) || typeof error.code !== "string" || typeof error.message !== "string")
      this.#violations.push(`An error that is not ours: ${String(error)}`);
  }
}

const rawKey = "hostile-key-hostile-key";

function attempt(action: () => unknown): void {
  try {
    action();
  } catch {
    // What the one who sends cannot send does no harm.
  }
}

/** Runs one input, and returns what is wrong. */
export async function runClient(steps: readonly ClientStep[]): Promise<string[]> {
  const world = new ClientWorld();
  await world.start();
  for (const step of steps) await world.take(step);
  return world.end();
}
