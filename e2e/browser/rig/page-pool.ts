import { openLab, type LabPage } from "../lab/lab-page.js";
import type { Engine } from "../support/browser.js";
import { Browsers } from "../support/pairings.js";
import { divertCandidates, type Route } from "./divert-candidates.js";

/** A page whose connections pass through forwarders: over another path with each call. */
export interface RoutedPage extends LabPage {
  readonly engine: Engine;
  readonly route: Route;
}

/**
 * The pages for the calls of a file. Opening one takes longer than most tests: a call reuses those of an earlier one.
 */
export class PagePool {
  readonly browsers = new Browsers();
  readonly #idle = new Map<Engine, RoutedPage[]>();

  /** A page at this address, without any earlier state. */
  async take(engine: Engine, url: string, route: Route): Promise<RoutedPage> {
    const idle = this.#idle.get(engine)?.pop();
    if (idle === undefined) {
      const own = { ...route };
      const lab = await openLab(await this.browsers.get(engine), { url }, "/", (page) => divertCandidates(page, own));
      return { ...lab, engine, route: own };
    }
    Object.assign(idle.route, route);
    idle.errors.length = 0;
    await idle.page.goto(url);
    return idle;
  }

  /** Returns a page that no test has frozen, crashed, or opened another one beside. */
  async giveBack(page: RoutedPage): Promise<void> {
    await page.page.goto("about:blank");
    const idle = this.#idle.get(page.engine) ?? [];
    this.#idle.set(page.engine, [...idle, page]);
  }
}
