import type { MessageSchemas } from "../options.js";
import type { RemotePeer } from "../peer/remote-peer.js";
import { LocalPublication, type PublicationRoom, type PublishOptions } from "./publication.js";

/** Everything that is published, for the peers that are present and for those who join later. */
export class Publications<Messages extends MessageSchemas, Metadata> {
  readonly #room: PublicationRoom<Messages, Metadata>;
  readonly #all = new Set<LocalPublication<Messages, Metadata>>();

  constructor(room: PublicationRoom<Messages, Metadata>) {
    this.#room = room;
  }

  /** Publishes to everyone who is present. Throws `INVALID_ARGUMENT`, and then nothing is published. */
  add(
    media: MediaStream | MediaStreamTrack,
    options: PublishOptions<Messages, Metadata>,
  ): LocalPublication<Messages, Metadata> {
    const publication = new LocalPublication(media, options, this.#room, (stopped) => this.#all.delete(stopped));
    this.#all.add(publication);
    for (const peer of [...this.#room.peers.values()]) publication.sendTo(peer);
    return publication;
  }

  /** Sends everything to a peer that has joined, before anything is offered to it. */
  sendAllTo(peer: RemotePeer<Messages, Metadata>): void {
    for (const publication of [...this.#all]) publication.sendTo(peer);
  }
}
