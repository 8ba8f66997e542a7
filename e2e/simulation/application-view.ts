import type { PeerManager } from "@sig/client";
import type { PeerInfo } from "@sig/server";
import type { Present } from "../../packages/server/test/history/history.js";

/** What the application in a page knows of the others in its room, by the events of its manager. */
export class ApplicationView {
  /** What an application could not make sense of. */
  readonly violations: string[] = [];
  readonly #manager: PeerManager;
  readonly #peers = new Map<string, Present["state"]>();

  constructor(manager: PeerManager) {
    this.#manager = manager;
    const note = (what: string): void => void this.violations.push(what);
    manager.on("peerJoined", ({ id, presence }) => {
      if (this.#peers.has(id)) note(`${id} joined twice`);
      this.#peers.set(id, presence);
    });
    manager.on("peerPresence", ({ id }, presence) => {
      if (!this.#peers.has(id)) note(`presence of ${id}, which is not there`);
      this.#peers.set(id, presence);
    });
    manager.on("peerLeft", ({ id }) => {
      if (!this.#peers.delete(id)) note(`${id} left, which is not there`);
    });
  }

  /** What differs from the members that the nodes list, once everything has come to rest. */
  differences(members: readonly PeerInfo[]): string[] {
    const manager = this.#manager;
    const others = textOf(members.filter(({ id }) => id !== manager.id).map(({ id, state }) => [id, state]));
    return [
      ...differ("peers by its events", textOf([...this.#peers]), others),
      ...differ("peers", textOf([...manager.peers.values()].map(({ id, presence }) => [id, presence])), others),
    ];
  }

  /** The same for what the application on the nodes says of the members. */
  attributeDifferences(members: readonly PeerInfo[]): string[] {
    const { id: own, attributes, peers } = this.#manager;
    const known = [...peers.values()].map((peer) => [peer.id, peer.attributes]);
    if (members.some(({ id }) => id === own)) known.push([own, attributes]);
    return differ("attributes", textOf(known), textOf(members.map((member) => [member.id, member.attributes])));
  }
}

function differ(what: string, known: string, listed: string): string[] {
  return known === listed ? [] : [`${what}: it knows ${known}, and the nodes list ${listed}`];
}

function textOf(peers: readonly (readonly unknown[])[]): string {
  return peers
    .map((fields) => fields.map((field) => JSON.stringify(field ?? null)).join(":"))
    .sort()
    .join(" ");
}
