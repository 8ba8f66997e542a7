import { isKeyedPeerId } from "@sig/protocol";
import { RuleSkipped } from "../rule.js";
import type { Ability, ClientUnderTest } from "./client-under-test.js";
import type { KitServer } from "./kit-server.js";
import { ScriptedPeer, type PeerFields } from "./scripted-peer.js";

/** The room of the client under test, and the kit's peers in it. All rules share it, one after the other. */
export class ClientContext {
  readonly room: string;
  readonly client: ClientUnderTest;
  /** How long the client may take to connect, in milliseconds. */
  readonly waitMs: number;
  readonly #server: KitServer;
  readonly #peers: ScriptedPeer[] = [];
  #away = { id: "", key: "" };
  #returned: ScriptedPeer | undefined;

  constructor(server: KitServer, room: string, waitMs: number) {
    this.#server = server;
    this.client = server.client;
    this.room = room;
    this.waitMs = waitMs;
  }

  /** Adds a peer of the kit to the room; with `key: null` a legacy one. */
  async peer(fields: PeerFields = {}): Promise<ScriptedPeer> {
    const peer = await ScriptedPeer.join(this.#server.ownUrl, this.room, this.client, fields);
    this.#peers.push(peer);
    return peer;
  }

  /** Before the client connects: two peers join and stay, and a third joins and is away. */
  async prepare(): Promise<void> {
    await this.peer();
    await this.peer({ key: null });
    await this.keyedPeer.client.next("joined");
    const away = await ScriptedPeer.join(this.#server.ownUrl, this.room, this.client);
    this.#away = { id: away.id, key: away.client.key ?? "" };
    away.client.drop();
    await this.keyedPeer.client.next("presence");
  }

  /** The id of the peer that is away when the client joins. */
  get awayId(): string {
    return this.#away.id;
  }

  /** The peer that was away returns. */
  async returnAway(): Promise<void> {
    this.#returned = await ScriptedPeer.join(this.#server.ownUrl, this.room, this.client, { key: this.#away.key });
  }

  /** The peer with a key that joined before the client. */
  get keyedPeer(): ScriptedPeer {
    return this.#peerAt(0);
  }
  /** The legacy peer that joined before the client. */
  get legacyPeer(): ScriptedPeer {
    return this.#peerAt(1);
  }
  /** The first peer that joined after the client. */
  get laterPeer(): ScriptedPeer {
    if (this.#peers[2] === undefined)
      throw new RuleSkipped("no peer has joined after the client yet: `answering.waits` has to be checked too");
    return this.#peers[2];
  }

  needsMember(): void {
    if (this.client.id === "") throw new RuleSkipped("the client has not joined");
    if (this.client.isGone) throw new RuleSkipped("the client's connection has ended, and it has not reconnected");
  }

  needsKey(): void {
    this.needsMember();
    if (!isKeyedPeerId(this.client.id)) throw new RuleSkipped("legacy clients are exempt");
  }

  needsOfferer(): void {
    if (this.cannot("renegotiate"))
      throw new RuleSkipped("the client declares `renegotiate: false`: other peers make the offers");
  }

  /** Whether the client's `capabilities` exclude an ability. */
  cannot(ability: Ability): boolean {
    return this.client.cannot(ability);
  }

  close(): void {
    for (const peer of this.#peers) peer.close();
    this.#returned?.close();
  }

  #peerAt(index: number): ScriptedPeer {
    const peer = this.#peers[index];
    if (peer === undefined) throw new Error("The room is not prepared.");
    return peer;
  }
}
