import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { launch, type Engine, type LaunchOptions } from "../support/browser.js";
import { Browsers } from "../support/pairings.js";
import { openLab, type LabPage } from "./lab-page.js";
import { LabServer } from "./lab-server.js";

export interface LabOptions {
  /** The browser that `open` uses by default; default: Chromium. */
  engine?: Engine;
  /** Starts a browser with these options for this `describe` alone. Default: the browsers that all files share. */
  launch?: LaunchOptions;
  /** Returns the environment of the lab server; awaited before it starts. */
  env?: () => Promise<Record<string, string>>;
}

export interface LabSuite {
  readonly server: LabServer;
  /** Opens a page in a context of its own, which is closed with the test. One opened in `beforeAll` stays. */
  open(path?: string, options?: { engine?: Engine; prepare?: (page: Page) => Promise<void> }): Promise<LabPage>;
}

/** A lab server and browsers for the tests of one `describe`; call it in its body. */
export function withLab({ engine = "chromium", launch: launchOptions, env }: LabOptions = {}): LabSuite {
  const browsers = new Browsers();
  let own: Browser | undefined;
  let server: LabServer;
  let ofTest: LabPage[] | undefined;

  beforeAll(async () => {
    server = await LabServer.start(await env?.());
    if (launchOptions !== undefined) own = await launch({ browser: engine, ...launchOptions });
  });

  beforeEach(() => {
    ofTest = [];
  });

  afterEach(async () => {
    // A camera that goes on would slow down the tests that follow.
    await Promise.all((ofTest ?? []).map(({ context }) => context.close()));
    ofTest = undefined;
  });

  afterAll(async () => {
    await own?.close();
    await browsers.close();
    await server.close();
  });

  return {
    get server() {
      return server;
    },
    open: async (path, { engine: other = engine, prepare } = {}) => {
      const page = await openLab(own ?? (await browsers.get(other)), server, path, prepare);
      ofTest?.push(page);
      return page;
    },
  };
}
