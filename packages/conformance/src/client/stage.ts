import { isKeyedPeerId } from "@sig/protocol";
import { NotJudged } from "../rule.js";
import type { Ability, Guest } from "./guest.js";
import type { Host } from "./host.js";
import { ScriptedPeer, type PeerFields } from "./scripted-peer.js";

/** The room in which a client is judged, and who is in it beside the client. The rules are played one after the other, on one stage. */
export class Stage {
  readonly room: string;
  readonly guest: Guest;
  /** How long the client may take to come at all, in milliseconds. */
  readonly waitMs: number;
  readonly #host: Host;
  readonly #peers: ScriptedPeer[] = [];
  #away = { id: "", key: "" };
  #back: ScriptedPeer | undefined;

  constructor(host: Host, room: string, waitMs: number) {
    this.#host = host;
    this.guest = host.guest;
    this.room = room;
    this.waitMs = waitMs;
  }

  /** One more peer of the kit's in the room; with `key: null` it has none. */
  async peer(fields: PeerFields = {}): Promise<ScriptedPeer> {
    const peer = await ScriptedPeer.join(this.#host.ownUrl, this.room, this.guest, fields);
    this.#peers.push(peer);
    return peer;
  }

  /** Sets the stage, before the client comes: two peers who stay, and one who is away. */
  async set(): Promise<void> {
    await this.peer();
    await this.peer({ key: null });
    await this.grace.actor.next("joined");
    const ida = await ScriptedPeer.join(this.#host.ownUrl, this.room, this.guest);
    this.#away = { id: ida.id, key: ida.actor.key ?? "" };
    ida.actor.drop();
    await this.grace.actor.next("presence");
  }

  /** The id of who is away when the client comes. */
  get away(): string {
    return this.#away.id;
  }

  async comeBack(): Promise<void> {
    this.#back = await ScriptedPeer.join(this.#host.ownUrl, this.room, this.guest, { key: this.#away.key });
  }

  /** Somebody who was there before the client: the first with a key, the second without. */
  get grace(): ScriptedPeer {
    return this.#of(0);
  }
  get tom(): ScriptedPeer {
    return this.#of(1);
  }
  /** The first who came after the client. */
  get ann(): ScriptedPeer {
    if (this.#peers[2] === undefined)
      throw new NotJudged("nobody has come after the client yet: judge `answering.waits` too");
    return this.#peers[2];
  }

  needsMember(): void {
    if (this.guest.id === "") throw new NotJudged("the client has not joined");
    if (this.guest.isGone) throw new NotJudged("the client's connection has ended, and it has not come back");
  }

  needsKey(): void {
    this.needsMember();
    if (!isKeyedPeerId(this.guest.id))
      throw new NotJudged("the client joined without a key, and is told nothing of this");
  }

  needsOfferer(): void {
    if (this.cannot("renegotiate"))
      throw new NotJudged("the client says that others make the offers: `renegotiate: false`");
  }

  /** What it says that its stack cannot do. */
  cannot(ability: Ability): boolean {
    return this.guest.cannot(ability);
  }

  close(): void {
    for (const peer of this.#peers) peer.close();
    this.#back?.close();
  }

  #of(index: number): ScriptedPeer {
    const peer = this.#peers[index];
    if (peer === undefined) throw new Error("The stage is not set.");
    return peer;
  }
}
