import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A TCP connection through a link, whose two directions can be held up. */
class Pair {
  /** Whether it carries a subscription of Redis. */
  subscribes = false;
  readonly #client: Socket;
  readonly #target: Socket;
  #holdsReplies = false;
  #holdsRequests = false;

  constructor(client: Socket, target: Socket, onEnd: () => void) {
    this.#client = client;
    this.#target = target;
    client.on("data", (data: Buffer) => {
      if (/\bsubscribe\b/i.test(data.toString("latin1"))) this.subscribes = true;
      target.write(data);
    });
    target.on("data", (data: Buffer) => client.write(data));
    for (const [end, other] of [
      [client, target],
      [target, client],
    ] as const) {
      end.on("error", () => undefined);
      end.on("close", () => {
        // Where nothing passes, nobody notices the end of the other.
        if (!this.#holdsReplies) other.destroy();
        onEnd();
      });
    }
  }

  hold(requests: boolean, replies: boolean): void {
    [this.#holdsRequests, this.#holdsReplies] = [requests, replies];
    if (this.#holdsRequests) this.#client.pause();
    else this.#client.resume();
    if (this.#holdsReplies) this.#target.pause();
    else this.#target.resume();
  }

  cut(): void {
    this.#client.destroy();
    this.#target.destroy();
  }
}

/** A TCP proxy: a load balancer in front of nodes, or the path of one node to Redis. */
export class TcpLink {
  /** Where new connections lead, in turns. */
  targets: number[];
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #next = 0;
  #isRefusing = false;
  #isHolding = false;

  private constructor(targets: number[]) {
    this.targets = targets;
    this.#server = createServer({ noDelay: true }, (client) => this.#accept(client));
  }

  static async open(...targets: number[]): Promise<TcpLink> {
    const link = new TcpLink(targets);
    await new Promise<void>((resolve) => link.#server.listen(0, "127.0.0.1", resolve));
    return link;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resets what is there and everything new, until `restore`. */
  refuse(): void {
    this.#isRefusing = true;
    this.cut();
  }

  /** Connections stay, and nothing passes, until `restore`. */
  freeze(): void {
    this.#isHolding = true;
    for (const pair of this.#pairs) pair.hold(true, true);
  }

  /** What Redis publishes does not arrive over the subscriptions that there are; everything else passes. */
  silenceSubscriptions(): void {
    for (const pair of this.#pairs) if (pair.subscribes) pair.hold(false, true);
  }

  /** Ends the subscriptions that there are, with everything that is under way to them. */
  cutSubscriptions(): void {
    for (const pair of this.#pairs) if (pair.subscribes) pair.cut();
  }

  restore(): void {
    this.#isRefusing = false;
    this.#isHolding = false;
    for (const pair of this.#pairs) pair.hold(false, false);
  }

  cut(): void {
    for (const pair of this.#pairs) pair.cut();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  #accept(client: Socket): void {
    client.on("error", () => undefined);
    const port = this.targets[this.#next++ % this.targets.length];
    if (this.#isRefusing || port === undefined) {
      client.resetAndDestroy();
      return;
    }
    const target = connect({ host: "127.0.0.1", port, noDelay: true });
    const pair: Pair = new Pair(client, target, () => this.#pairs.delete(pair));
    this.#pairs.add(pair);
    if (this.#isHolding) pair.hold(true, true);
  }
}
