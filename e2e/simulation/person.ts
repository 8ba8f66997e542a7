import { Link } from "./link.js";
import { Page } from "./page.js";
import type { Stay } from "./stay.js";
import type { Cluster } from "./cluster.js";
import type { Environment } from "./environment.js";

/** A person with a page, which they may reload. */
export class Person {
  readonly name: string;
  readonly link: Link;
  readonly #environment: Environment;
  readonly #cluster: Cluster;
  readonly #stayOf: (id: string) => Stay | undefined;
  readonly #pages: Page[] = [];

  constructor(name: string, environment: Environment, cluster: Cluster, stayOf: (id: string) => Stay | undefined) {
    this.name = name;
    this.#environment = environment;
    this.#cluster = cluster;
    this.#stayOf = stayOf;
    this.link = new Link(environment);
    this.#open();
  }

  /** The page that is open. */
  get page(): Page {
    const page = this.#pages.at(-1);
    if (page === undefined) throw new Error(`${this.name} has no page.`);
    return page;
  }

  get stays(): readonly Stay[] {
    return this.#pages.flatMap(({ stays }) => stays);
  }

  /** Nothing comes through to the server or back. An end whose time is `Infinity` does not notice. */
  cut(clientMs: number, serverMs: number): void {
    this.link.isCut = true;
    this.page.socket.cut(clientMs, serverMs);
  }

  restore(): void {
    this.link.isCut = false;
    for (const { socket } of this.#pages) socket.restore();
  }

  reload(crashes: boolean): void {
    const { page } = this;
    const room = page.isOut ? undefined : page.manager.room;
    // A page that is closed says so, as far as the network lets it.
    if (!crashes && room !== undefined) page.socket.emit("leaving", { room });
    page.end(crashes);
    this.#open();
    if (room !== undefined) this.page.join(room);
  }

  #open(): void {
    this.#pages.push(new Page(this.name, this.#environment, this.#cluster, this.link, this.#stayOf));
  }
}
