import type { PeerManager } from "@sig/client";
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
  differences(members: readonly Present[]): string[] {
    const others = textOf(members.filter(({ id }) => id !== this.#manager.id).map(({ id, state }) => [id, state]));
    const known = textOf([...this.#peers]);
    const listed = textOf([...this.#manager.peers.values()].map(({ id, presence }) => [id, presence]));
    return [
      ...(known === others ? [] : [`its application knows ${known}, and the nodes list ${others}`]),
      ...(listed === others ? [] : [`its manager lists ${listed}, and the nodes list ${others}`]),
    ];
  }
}

function textOf(peers: readonly (readonly [id: string, state: string])[]): string {
  return peers
    .map(([id, state]) => `${id}:${state}`)
    .sort()
    .join(" ");
}
