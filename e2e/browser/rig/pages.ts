import { openLab, type LabPage } from "../lab/pair.js";
import { Browsers } from "../support/pairings.js";
import type { Engine } from "../support/browser.js";
import { takeDetours, type Route } from "./detours.js";

/** A page whose connections take detours: over another path with each call. */
export interface RoutedPage extends LabPage {
  readonly engine: Engine;
  readonly route: Route;
}

/** The pages of a file's calls. To open one costs more than most tests do: those that a call is done with serve the next. */
export class Pages {
  readonly browsers = new Browsers();
  readonly #idle = new Map<Engine, RoutedPage[]>();

  /** A page at this address, which remembers nothing. */
  async take(engine: Engine, url: string, route: Route): Promise<RoutedPage> {
    const idle = this.#idle.get(engine)?.pop();
    if (idle === undefined) {
      const own = { ...route };
      const lab = await openLab(await this.browsers.get(engine), { url }, "/", (page) => takeDetours(page, own));
      return { ...lab, engine, route: own };
    }
    Object.assign(idle.route, route);
    idle.errors.length = 0;
    await idle.page.goto(url);
    return idle;
  }

  /** Gives back one that is as it was: nobody has frozen it, or broken it, or opened others beside it. */
  async giveBack(page: RoutedPage): Promise<void> {
    await page.page.goto("about:blank");
    const idle = this.#idle.get(page.engine) ?? [];
    this.#idle.set(page.engine, [...idle, page]);
  }
}
