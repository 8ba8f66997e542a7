import { type ServerEventName, type ServerInput } from "@sig/protocol";

/** What the members of a room are notified of: of each other. */
export type NoticeEvent = Extract<ServerEventName, "joined" | "exit" | "presence" | "metadata" | "attributes">;

export type Notice = ServerInput<"notices">["notices"][number];

/**
 * Notices in their order. Two lists that begin with the same notice and go on with the same ones are one object: of a
 * hundred members of a room most wait for the same.
 */
export class NoticeList {
  readonly length: number;
  readonly last: Notice;
  readonly #before: NoticeList | undefined;
  #longer: NoticeList | undefined;
  #gathered: ServerInput<"notices"> | undefined;

  constructor(last: Notice, before?: NoticeList) {
    this.last = last;
    this.length = (before?.length ?? 0) + 1;
    this.#before = before;
  }

  /** The list with one notice more. */
  with(notice: Notice): NoticeList {
    if (this.#longer?.last !== notice) this.#longer = new NoticeList(notice, this);
    return this.#longer;
  }

  /** The event that has all of them, the same object each time. */
  get gathered(): ServerInput<"notices"> {
    return (this.#gathered ??= { notices: this.#toArray() });
  }

  #toArray(): Notice[] {
    const notices = [this.last];
    for (let list = this.#before; list !== undefined; list = list.#before) notices.push(list.last);
    return notices.reverse();
  }
}
