import { PeerManager, type Peer, type Publication } from "@sig/client";
import { fakeTrack } from "@sig/client/testing";
import { peerIdFromKey, type PeerInfo } from "@sig/server";
import { fieldsOf, type Tap } from "../../packages/client/test/exploration/tapped-socket.js";
import type { ConnectionState, EndConnection, Present } from "../../packages/server/test/history/history.js";
import { ApplicationView } from "./application-view.js";
import type { ClientPage } from "./client-page.js";
import { describeConnection, recordedClass, type RecordedConnection } from "./connections.js";
import type { Link } from "./link.js";
import { pageHub } from "./page-hub.js";
import { PageSocket } from "./page-socket.js";
import { PageWindow } from "./page-window.js";
import { SimulatedProcess } from "./simulated-process.js";
import { dataTransmission, Stay } from "./stay.js";
import { isRelayed, numbersOf, readTransmission, withTransmission, type Numbered } from "./transmissions.js";
import type { Cluster } from "./cluster.js";
import type { Environment } from "./environment.js";

/** A page with the real client in it. */
export class Page implements ClientPage, Tap {
  readonly name: string;
  readonly process: SimulatedProcess;
  readonly socket: PageSocket;
  readonly manager: PeerManager;
  /** What its application knows of the room. */
  readonly view: ApplicationView;
  readonly stays: Stay[] = [];
  readonly publications: Publication[] = [];
  readonly #environment: Environment;
  readonly #cluster: Cluster;
  readonly #stayOf: (id: string) => Stay | undefined;
  readonly #link: Link;
  readonly #window = new PageWindow();
  readonly #connections = new Set<RecordedConnection>();
  #socketConnections = 0;

  /** @param stayOf finds the stay of a peer by its id */
  constructor(
    name: string,
    environment: Environment,
    cluster: Cluster,
    link: Link,
    stayOf: (id: string) => Stay | undefined,
  ) {
    this.name = name;
    this.#environment = environment;
    this.#cluster = cluster;
    this.#stayOf = stayOf;
    this.#link = link;
    this.process = new SimulatedProcess(environment.clock);
    const hub = pageHub(
      environment,
      cluster,
      link,
      () => this.socket,
      (auth) => this.#joinsOnConnect(auth),
    );
    this.socket = new PageSocket(hub, this, this.process, (event, reply) => this.#recordReply(event, reply));
    this.manager = new PeerManager(this.socket, {
      clock: this.process,
      RTCPeerConnection: recordedClass(environment.network.connectionClass(name), {
        process: this.process,
        number: () => environment.nextNumber(),
        made: (recorded) => this.#connections.add(recorded),
        changed: (recorded) => this.#connectionChanged(recorded, recorded.isUp ? "ice-connected" : "ice-disconnected"),
        closing: (recorded) => {
          this.#connectionChanged(recorded, "closed");
          this.#connections.delete(recorded);
        },
      }),
    });
    this.view = new ApplicationView(this.manager);
    this.#listen();
    if (link.isCut) this.socket.cut(0, 0);
    this.socket.connect();
  }

  get stay(): Stay | undefined {
    return this.stays.at(-1);
  }

  get isOut(): boolean {
    return this.manager.state === "idle" || this.manager.state === "left";
  }

  get room(): string | undefined {
    return this.isOut ? undefined : this.manager.room;
  }

  get membership(): { id: string; room: string } | undefined {
    const { state, id = "", room = "" } = this.manager;
    return state === "joined" ? { id, room } : undefined;
  }

  get state(): string {
    return this.manager.state;
  }

  join(room: string): void {
    if (!this.isOut) return;
    const token = this.#environment.setup.hasUsers === true ? this.name : undefined;
    this.#window.run(() => {
      // A join may time out while no node runs.
      this.manager.join(room, { timeoutMs: 600_000, token }).catch((cause: unknown) => {
        this.#environment.log.note(this.name, () => `does not join: ${String(cause)}`);
      });
    });
  }

  leave(): void {
    this.#endStay();
    void this.manager.leave();
  }

  publish(kind: "audio" | "video"): void {
    if (this.publications.length < 2) this.publications.push(this.manager.publish(fakeTrack(kind)));
  }

  stop(): void {
    this.publications.shift()?.stop();
  }

  /** Sends the next number to every peer. Legacy clients have no channel for it. */
  send(): void {
    for (const peer of this.manager.peers.values()) if (this.#stayOf(peer.id)?.isLegacy !== true) this.#sendTo(peer);
  }

  setMetadata(metadata: { readonly at: number }): void {
    this.manager.setMetadata(metadata).catch(() => undefined);
  }

  restartIce(at: number): void {
    [...this.manager.peers.values()][at]?.connection?.restartIce();
  }

  freeze(isAnnounced: boolean): void {
    if (isAnnounced) this.#window.fire("freeze");
    this.process.freeze();
  }

  thaw(isAnnounced: boolean): void {
    this.process.thaw();
    if (isAnnounced) this.#window.fire("resume");
  }

  end(crashes: boolean): void {
    const { room } = this;
    // A page that is closed says so, as far as the network lets it.
    if (!crashes && room !== undefined) this.socket.emit("leaving", { room });
    this.process.end();
    this.#endStay();
    const connections = [...this.#connections];
    this.#connections.clear();
    // Nobody is notified that a page has crashed.
    if (crashes) this.#environment.network.cut(this.name);
    for (const { connection } of connections) connection.close();
    if (crashes) this.#environment.network.mend(this.name);
    this.socket.disconnect();
  }

  contradictions(members: readonly PeerInfo[], hasAttributes: boolean): string[] {
    const { view } = this;
    const differences = [...view.differences(members), ...(hasAttributes ? view.attributeDifferences(members) : [])];
    return [...view.violations, ...differences];
  }

  endConnections(): EndConnection[] {
    return [...this.#connections].map((recorded) => {
      this.#findPeer(recorded);
      return describeConnection(recorded);
    });
  }

  sending(event: string, payload: unknown): readonly unknown[] {
    const { log } = this.#environment;
    log.note(this.name, () => `sends ${event} ${JSON.stringify(payload)}`);
    const fields = fieldsOf(payload);
    if (event === "createAndJoinRoom") return [this.#joins(fields, this.#socketConnections)];
    if (!isRelayed(event)) return [payload];
    const copies = 1 + (this.#isDuplicated(fields) ? 1 : 0);
    return Array.from({ length: copies }, () => {
      const tx = String(this.#environment.nextNumber());
      this.stay?.note({ type: "sent", to: String(fields.to), tx, ...numbersOf(fields) });
      return withTransmission(fields, tx);
    });
  }

  receiving(event: string, args: readonly unknown[], receive: (...args: readonly unknown[]) => void): void {
    if (this.process.hasEnded) return;
    this.#environment.log.note(this.name, () => `gets ${event} ${JSON.stringify(args[0])}`);
    const fields = fieldsOf(args[0]);
    if (isRelayed(event)) {
      const payload = this.#arrived(fields);
      receive(payload);
      if (this.#isDuplicated(fields)) this.#receiveLater(() => receive(payload));
      return;
    }
    if (event === "connect") this.#socketConnections++;
    if (event === "disconnect") this.stay?.note({ type: "disconnected" });
    this.#recordNotice(event, fields);
    receive(...args);
  }

  /** Peers resend messages that are numbered, and no others. */
  #isDuplicated({ link }: Record<string, unknown>): boolean {
    return link !== undefined && this.#link.duplicates();
  }

  /** As a copy that the peer has resent, over the same connection. */
  #receiveLater(receive: () => void): void {
    const { clock, random } = this.#environment;
    const connection = this.#socketConnections;
    clock.after(1000 * random.next(), () => {
      if (this.socket.connected && this.#socketConnections === connection) this.process.enter(receive);
    });
  }

  #endStay(): void {
    if (this.stay === undefined) return;
    this.#environment.streams.end(this.stay);
    this.stay.note({ type: "left" });
  }

  /** Joins that travel with the request to connect: their connection is the next one. */
  #joinsOnConnect(auth: unknown): unknown {
    const { createAndJoinRoom: joins } = fieldsOf(auth) as { createAndJoinRoom?: unknown[] };
    if (joins === undefined) return auth;
    const connection = this.#socketConnections + 1;
    return { ...fieldsOf(auth), createAndJoinRoom: joins.map((join) => this.#joins(fieldsOf(join), connection)) };
  }

  /** Returns the join as it is sent: an offer in it has a transmission of its own, to whomever the server chooses. */
  #joins(join: Record<string, unknown>, connection: number): Record<string, unknown> {
    const id = peerIdFromKey(String(join.key));
    let stay = this.stay;
    if (stay?.id !== id) this.stays.push((stay = new Stay(id, String(join.room), (peer) => this.#isUpWith(peer))));
    stay.joins(connection);
    const { offer } = join as { readonly offer?: Record<string, unknown> };
    if (offer === undefined) return join;
    const tx = String(this.#environment.nextNumber());
    const sent = { type: "sent" as const, to: "", tx, ...numbersOf(offer) };
    stay.note(sent);
    this.#cluster.offersWithJoins.set(tx, sent);
    return { ...join, offer: withTransmission(offer, tx) };
  }

  #arrived(received: Record<string, unknown>): Record<string, unknown> {
    const { fields, tx } = readTransmission(received);
    const offerWithJoin = this.#cluster.offersWithJoins.get(tx);
    if (offerWithJoin?.to === "") offerWithJoin.to = String(fields.to);
    const stay = this.stays.find(({ id }) => id === fields.to);
    stay?.note({ type: "arrived", from: String(fields.from), tx, ...numbersOf(fields) });
    return fields;
  }

  #recordNotice(event: string, fields: Record<string, unknown>): void {
    const id = String(fields.id);
    if (event === "created") {
      const peers = (fields.peers as { id: string; state?: Present["state"] }[]).map((peer) => ({
        id: peer.id,
        state: peer.state ?? "online",
      }));
      this.stays.find((stay) => stay.id === id)?.note({ type: "created", peers });
      return;
    }
    if (event === "rejected") this.#recordReply(String(fields.event), fields);
    const stay = this.#stayIn(fields.room);
    if (event === "joined") stay?.note({ type: "joined", id });
    if (event === "presence") stay?.note({ type: "presence", id, state: fields.state as Present["state"] });
    if (event !== "exit") return;
    stay?.note({ type: "exit", id: String(fields.from), reason: String(fields.reason) });
    if (fields.from === stay?.id && fields.reason === "kicked") this.#endStay();
  }

  /** A peer that was kicked while nothing reached it learns it when it joins again. */
  #recordReply(event: string, reply: unknown): void {
    if (event === "createAndJoinRoom" && fieldsOf(reply).code === "KICKED") this.#endStay();
  }

  /** The stay that a message of a room belongs to: an earlier one until the server has answered the newest. */
  #stayIn(room: unknown): Stay | undefined {
    const stays = this.stays.filter((stay) => stay.room === room);
    const newest = stays.at(-1);
    return newest?.isCreated === false && stays.length > 1 ? stays.at(-2) : newest;
  }

  #sendTo(peer: Peer): void {
    const { stay } = this;
    if (stay === undefined || stay.isOver) return;
    const number = this.#environment.streams.next(stay.id, peer.id);
    stay.note({ type: "sent", to: peer.id, tx: dataTransmission, ...number });
    peer.send("number", { ...number });
  }

  #listen(): void {
    const { manager } = this;
    const { log, streams } = this.#environment;
    const note = (what: () => string): void => log.note(this.name, what);
    manager.on("message", ({ peer, data }) => {
      const { epoch, seq } = data as Numbered;
      note(() => `is given ${epoch}/${String(seq)} of ${peer.id}`);
      if (streams.isCurrent(peer.id, this.stay?.id ?? "", epoch))
        this.stay?.note({ type: "delivered", from: peer.id, epoch, seq });
    });
    manager.on("peerLeft", ({ id }, reason) => {
      note(() => `peer ${id} left: ${reason}`);
      if (this.stay !== undefined) streams.forget(this.stay, this.#stayOf(id), id);
    });
    manager.on("peerJoined", ({ id }) => note(() => `peer ${id} joined`));
    manager.on("peerState", ({ id }, state) => note(() => `peer ${id} is ${state}`));
    manager.on("recovery", ({ peer, step }) => note(() => `peer ${peer.id}: ${step}`));
    manager.on("state", (state) => note(() => `is ${state}`));
    manager.on("error", (error) => {
      note(() => `error ${error.code} ${error.message} ${String(error.cause)}`);
      // The application wants it.
      if (error.code === "KICKED") return;
      this.stay?.note({ type: "error", message: `${error.code}: ${error.message}` });
    });
  }

  /** Whether this end of a connection with a peer takes it for usable. */
  #isUpWith(peer: string): boolean {
    return [...this.#connections].some((recorded) => {
      this.#findPeer(recorded);
      return recorded.peer === peer && recorded.isUp;
    });
  }

  #findPeer(recorded: RecordedConnection): void {
    const peers = [...this.manager.peers.values()];
    const peer = peers.find(({ connection }) => connection === recorded.connection);
    recorded.peer = peer?.id ?? recorded.peer;
  }

  #connectionChanged(recorded: RecordedConnection, state: ConnectionState): void {
    this.#findPeer(recorded);
    const { number, peer = "?" } = recorded;
    this.#environment.log.note(this.name, () => `connection ${String(number)} with ${peer} ${state}`);
    // The other end may have found the path down, and closed its connection, before this one notices.
    if (state === "closed" && this.#stayOf(peer)?.isUpWith(this.stay?.id ?? "") === false)
      this.stay?.note({ type: "connection", peer, number, state: "ice-disconnected" });
    this.stay?.note({ type: "connection", peer, number, state });
  }
}
