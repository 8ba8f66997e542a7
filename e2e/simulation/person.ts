import { Link } from "./link.js";
import type { ClientPage } from "./client-page.js";
import { LegacyPage } from "./legacy-page.js";
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
  readonly #pages: ClientPage[] = [];

  constructor(name: string, environment: Environment, cluster: Cluster, stayOf: (id: string) => Stay | undefined) {
    this.name = name;
    this.#environment = environment;
    this.#cluster = cluster;
    this.#stayOf = stayOf;
    this.link = new Link(environment);
    this.#open();
  }

  /** The page that is open. */
  get page(): ClientPage {
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
    for (const { socket, process } of this.#pages) if (!process.isFrozen) socket.restore();
  }

  /**
   * The page stops, as that of a phone that sleeps, with its paths to the server and to other pages. The server notices
   * after `serverMs`; the page, if so, when it goes on.
   */
  freeze({ ms, serverMs, isAnnounced }: { ms: number; serverMs: number; isAnnounced: boolean }): void {
    const { page, name } = this;
    const { clock, network } = this.#environment;
    if (page.process.isFrozen) return;
    page.freeze(isAnnounced);
    network.cut(name);
    page.socket.cut(Infinity, serverMs);
    clock.after(ms, () => {
      if (page.process.hasEnded) return;
      network.mend(name);
      page.thaw(isAnnounced);
      if (!this.link.isCut) page.socket.restore();
    });
  }

  reload(crashes: boolean): void {
    const { page } = this;
    const wasFrozen = page.process.isFrozen;
    const { room } = page;
    page.end(crashes);
    if (wasFrozen) {
      this.#environment.network.mend(this.name);
      if (!this.link.isCut) page.socket.restore();
    }
    this.#open();
    if (room !== undefined) this.page.join(room);
  }

  #open(): void {
    const { name, link } = this;
    const isLegacy = this.#environment.setup.legacy?.includes(name) === true;
    this.#pages.push(
      isLegacy
        ? new LegacyPage(name, this.#environment, this.#cluster, link)
        : new Page(name, this.#environment, this.#cluster, link, this.#stayOf),
    );
  }
}
