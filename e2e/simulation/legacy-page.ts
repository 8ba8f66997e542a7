import type { PeerInfo } from "@sig/server";
import { fieldsOf, type Tap } from "../../packages/client/test/exploration/tapped-socket.js";
import type { EndConnection } from "../../packages/server/test/history/history.js";
import { deviationOf } from "./base-protocol.js";
import type { ClientPage } from "./client-page.js";
import { recordedClass, type RecordedConnection } from "./connections.js";
import { LegacyClient } from "./legacy-client.js";
import type { Link } from "./link.js";
import { pageHub } from "./page-hub.js";
import { PageSocket } from "./page-socket.js";
import { SimulatedProcess } from "./simulated-process.js";
import { Stay } from "./stay.js";
import { isRelayed, readTransmission, unnumbered, withTransmission } from "./transmissions.js";
import type { Cluster } from "./cluster.js";
import type { Environment } from "./environment.js";

/** Events of the socket itself. */
const own = new Set(["connect", "disconnect", "connect_error"]);

/**
 * A page with a legacy client in it. Each of its connections has an id of its own, under which it joins one room after
 * the other.
 */
export class LegacyPage implements ClientPage, Tap {
  readonly name: string;
  readonly process: SimulatedProcess;
  readonly socket: PageSocket;
  readonly stays: Stay[] = [];
  stay: Stay | undefined;
  readonly publications = [];
  readonly #environment: Environment;
  readonly #client: LegacyClient;
  readonly #connections = new Set<RecordedConnection>();
  readonly #violations: string[] = [];
  #socketConnections = 0;
  /** Its stays over the present connection, by room. */
  readonly #current = new Map<string, Stay>();
  /** Those that have left and join again: until `created`, what arrives may be of before. */
  readonly #resumed = new Set<Stay>();

  constructor(name: string, environment: Environment, cluster: Cluster, link: Link) {
    this.name = name;
    this.#environment = environment;
    this.process = new SimulatedProcess(environment.clock);
    const { process } = this;
    const hub = pageHub(
      environment,
      cluster,
      link,
      () => this.socket,
      (auth) => auth,
    );
    this.socket = new PageSocket(hub, this, process, () => undefined);
    this.#client = new LegacyClient({
      socket: this.socket,
      RTCPeerConnection: recordedClass(environment.network.connectionClass(name), {
        process,
        number: environment.nextNumber,
        made: (recorded) => this.#connections.add(recorded),
        changed: () => undefined,
        closing: (recorded) => this.#connections.delete(recorded),
      }),
      after: (ms, run) => process.after(ms, run),
      onError: (cause) => environment.log.note(name, () => `error ${String(cause)}`),
    });
    if (link.isCut) this.socket.cut(0, 0);
    this.socket.connect();
  }

  get isOut(): boolean {
    return this.room === undefined;
  }

  get room(): string | undefined {
    return this.#client.room;
  }

  get membership(): { id: string; room: string } | undefined {
    const { isMember, room } = this.#client;
    return isMember && room !== undefined ? { id: this.socket.id ?? "", room } : undefined;
  }

  get state(): string {
    return this.#client.isMember ? "joined" : "joining";
  }

  join(room: string): void {
    if (this.isOut) this.#client.join(room);
  }

  leave(): void {
    this.#client.leave();
    this.#endStay();
  }

  publish(): void {
    // It sends one track from the beginning.
  }

  stop(): void {
    // It sends one track to the end.
  }

  send(): void {
    // The base protocol has no messages of applications,
  }

  setMetadata(): void {
    // and no metadata.
  }

  restartIce(): void {
    // It makes no second offer.
  }

  freeze(): void {
    this.process.freeze();
  }

  thaw(): void {
    this.process.thaw();
  }

  end(): void {
    this.process.end();
    this.#endStay();
    for (const { connection } of [...this.#connections]) connection.close();
    this.socket.disconnect();
  }

  endConnections(): EndConnection[] {
    return this.#client.peers.map((peer) => ({ peer, signalingState: "stable", channelState: "none" }));
  }

  /** Whom it knows is in the histories of its stays. */
  contradictions(_: readonly PeerInfo[], __: boolean): string[] {
    return this.#violations;
  }

  sending(event: string, payload: unknown): readonly unknown[] {
    this.#environment.log.note(this.name, () => `sends ${event} ${JSON.stringify(payload)}`);
    const fields = fieldsOf(payload);
    if (event === "createAndJoinRoom") this.#joins(String(fields.room));
    if (!isRelayed(event)) return [payload];
    const tx = String(this.#environment.nextNumber());
    this.#current.get(String(fields.room))?.note({ type: "sent", to: String(fields.to), tx, ...unnumbered });
    return [withTransmission(fields, tx)];
  }

  receiving(event: string, args: readonly unknown[], receive: (...args: readonly unknown[]) => void): void {
    if (this.process.hasEnded) return;
    this.#environment.log.note(this.name, () => `gets ${event} ${JSON.stringify(args[0])}`);
    if (event === "connect") this.#socketConnections++;
    if (event === "disconnect") this.#disconnected();
    if (own.has(event)) {
      receive(...args);
      return;
    }
    const deviation = deviationOf(event, args[0]);
    if (deviation !== undefined) this.#violations.push(deviation);
    if (event === "rejected") return;
    const { fields, tx } = isRelayed(event)
      ? readTransmission(fieldsOf(args[0]))
      : { fields: fieldsOf(args[0]), tx: "" };
    this.#record(event, fields, tx);
    receive(fields);
  }

  #joins(room: string): void {
    const id = this.socket.id ?? "";
    let stay = this.#current.get(room);
    if (stay === undefined) {
      stay = new Stay(id, room, () => true, true);
      this.#current.set(room, stay);
      this.stays.push(stay);
    } else if (stay.isOver) {
      stay.resume();
      this.#resumed.add(stay);
    }
    this.stay = stay;
    stay.joins(this.#socketConnections);
  }

  #disconnected(): void {
    for (const stay of this.#current.values()) {
      stay.note({ type: "disconnected" });
      stay.note({ type: "left" });
    }
    this.#current.clear();
    this.#resumed.clear();
  }

  #endStay(): void {
    this.stay?.note({ type: "left" });
  }

  /** Everything that arrives is for this connection, and of a room that it has asked for. */
  #record(event: string, fields: Record<string, unknown>, tx: string): void {
    const { id, from, to, room, peers } = fields;
    const stay = this.#current.get(String(room));
    const isStrange =
      stay === undefined || (event === "created" && id !== stay.id) || (isRelayed(event) && to !== stay.id);
    if (isStrange) {
      this.#violations.push(`${String(this.socket.id)} got ${event} ${JSON.stringify(fields)}`);
      return;
    }
    if (event === "created") {
      this.#recordCreated(stay, peers as readonly { readonly id: string }[]);
      return;
    }
    if (this.#resumed.has(stay)) return;
    if (isRelayed(event)) stay.note({ type: "arrived", from: String(from), tx, ...unnumbered });
    if (event === "joined") stay.note({ type: "joined", id: String(id) });
    if (event !== "exit") return;
    stay.note({ type: "exit", id: String(from) });
    if (from === stay.id) this.#endStay();
  }

  /** A second one names peers that are new to it. */
  #recordCreated(stay: Stay, peers: readonly { readonly id: string }[]): void {
    const isFirst = !stay.isCreated || this.#resumed.delete(stay);
    if (isFirst) stay.note({ type: "created", peers: peers.map(({ id }) => ({ id, state: "online" })) });
    else for (const { id } of peers) if (!knows(stay, id)) stay.note({ type: "joined", id });
  }
}

/** Whether a peer is among those whom the client has been notified of. */
function knows({ events }: Stay, id: string): boolean {
  const last = events.findLast(
    (event) =>
      ((event.type === "joined" || event.type === "exit") && event.id === id) ||
      (event.type === "created" && event.peers.some((peer) => peer.id === id)),
  );
  return last !== undefined && last.type !== "exit";
}
