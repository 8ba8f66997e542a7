import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { RunningServer } from "../../../../examples/server/src/start-server.js";
import type { Engine } from "../../support/browser.js";
import { openRoom, type TestRoom } from "../../support/rooms.js";
import { Browsers } from "../../support/pairings.js";
import { startSite } from "../../support/site.js";
import type { PeerProgram } from "../../../support/peers/program.js";

export interface Meeting {
  /** Of the example's server. */
  readonly url: string;
  readonly browser: Browser;
  /** A room that no other test is in. */
  open(): TestRoom;
  /** Ends the program with its test, if nobody did before. */
  start(program: PeerProgram): PeerProgram;
}

/** The example as a user has it, and a browser, for the tests of one `describe`; to be called in its body. */
export function withMeeting(engine: Engine = "chromium"): Meeting {
  const browsers = new Browsers();
  const programs: PeerProgram[] = [];
  let site: RunningServer;
  let browser: Browser;

  beforeAll(async () => {
    [site, browser] = await Promise.all([startSite(), browsers.get(engine)]);
  });

  afterEach(async () => {
    await Promise.all([
      ...programs.splice(0).map((program) => program.stop()),
      ...browser.contexts().map((context) => context.close()),
    ]);
  });

  afterAll(async () => {
    await browsers.close();
    await site.close();
  });

  return {
    get url() {
      return site.url;
    },
    get browser() {
      return browser;
    },
    open: () => openRoom(browser, site.url),
    start: (program) => {
      programs.push(program);
      return program;
    },
  };
}
