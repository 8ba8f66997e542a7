import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { launch } from "../support/browser.js";
import { LabServer } from "./lab.js";
import { openLab, type LabPage } from "./pair.js";

/** A lab server and a browser for the tests of one `describe`; to be called in its body. */
export function withLab(): { open(path?: string): Promise<LabPage> } {
  let server: LabServer;
  let browser: Browser;

  beforeAll(async () => {
    [server, browser] = await Promise.all([LabServer.start(), launch()]);
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  return { open: (path) => openLab(browser, server, path) };
}
