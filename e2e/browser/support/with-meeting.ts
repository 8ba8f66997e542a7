import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { RunningServer } from "../../../examples/server/src/start-server.js";
import type { PeerProgram } from "../../support/peers/program.js";
import { launch, newContext, type Engine, type LaunchOptions } from "./browser.js";
import { Browsers } from "./pairings.js";
import { startSite } from "./site.js";
import { openRoom, type TestRoom } from "./test-room.js";

export interface MeetingOptions {
  /** Default: Chromium. */
  engine?: Engine;
  /** Starts a browser with these options for this `describe` alone. Default: the browsers that all files share. */
  launch?: LaunchOptions;
}

export interface Meeting {
  readonly site: RunningServer;
  /** Of the example's server. */
  readonly url: string;
  readonly browser: Browser;
  newContext(): ReturnType<typeof newContext>;
  /** A room that no other test uses. */
  open(): TestRoom;
  /** Stops the program with its test, if the test did not. */
  start(program: PeerProgram): PeerProgram;
  /** Stops the example's server; `restart` starts it again on the same port. */
  stop(): Promise<void>;
  restart(): Promise<void>;
}

/** The example as users run it, and a browser, for the tests of one `describe`; call it in its body. */
export function withMeeting({ engine = "chromium", launch: launchOptions }: MeetingOptions = {}): Meeting {
  const browsers = new Browsers();
  const programs: PeerProgram[] = [];
  let site: RunningServer;
  let browser: Browser;

  beforeAll(async () => {
    const starting = launchOptions === undefined ? browsers.get(engine) : launch({ browser: engine, ...launchOptions });
    [site, browser] = await Promise.all([startSite(), starting]);
  });

  afterEach(async () => {
    await Promise.all([
      ...programs.splice(0).map((program) => program.stop()),
      ...browser.contexts().map((context) => context.close()),
    ]);
  });

  afterAll(async () => {
    if (launchOptions !== undefined) await browser.close();
    await browsers.close();
    await site.close();
  });

  return {
    get site() {
      return site;
    },
    get url() {
      return site.url;
    },
    get browser() {
      return browser;
    },
    newContext: () => newContext(browser),
    open: () => openRoom(browser, site.url),
    start: (program) => {
      programs.push(program);
      return program;
    },
    stop: () => site.close(),
    restart: async () => {
      site = await startSite(site.port);
    },
  };
}
