import { screenLabel, type Manager } from "../call/call.js";
import { readProfile } from "../call/profile.js";
import { watchSpeakers } from "../call/speakers.js";
import { Tile } from "./tile.js";

/** A tile for every peer in the room. It follows the events of the manager until `dispose`. */
export class PeerTiles {
  readonly #tiles = new Map<string, Tile>();
  readonly #cleanups: (() => void)[];

  /** `onChange` runs after a tile was added or removed, and after the screen of a peer appeared or disappeared. */
  constructor(manager: Manager, onChange: () => void) {
    for (const peer of manager.peers.values()) this.#tiles.set(peer.id, new Tile(peer));
    this.#cleanups = [
      manager.on("peerJoined", (peer) => {
        this.#tiles.set(peer.id, new Tile(peer));
        onChange();
      }),
      manager.on("peerLeft", (peer) => {
        this.#tiles.get(peer.id)?.dispose();
        this.#tiles.delete(peer.id);
        onChange();
      }),
      manager.on("peerState", (peer, state) => this.#tiles.get(peer.id)?.setState(state)),
      manager.on("peerPresence", (peer, presence) => this.#tiles.get(peer.id)?.setPresence(presence)),
      manager.on("peerMetadata", (peer, metadata) => this.#tiles.get(peer.id)?.setProfile(readProfile(metadata))),
      manager.on("track", ({ peer, track, label }) => {
        this.#tiles.get(peer.id)?.addTrack(track, label === screenLabel);
        onChange();
      }),
      manager.on("trackEnded", ({ peer, track }) => {
        this.#tiles.get(peer.id)?.removeTrack(track);
        onChange();
      }),
      watchSpeakers(
        () => manager.peers.values(),
        (id, speaking) => this.#tiles.get(id)?.setSpeaking(speaking),
      ),
    ];
  }

  get elements(): HTMLElement[] {
    return [...this.#tiles.values()].map(({ element }) => element);
  }

  dispose(): void {
    for (const cleanup of this.#cleanups) cleanup();
    for (const tile of this.#tiles.values()) tile.dispose();
  }
}
