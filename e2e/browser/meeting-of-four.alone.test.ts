import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RunningServer } from "../../examples/server/src/start-server.js";
import { launch } from "./support/browser.js";
import { openRoom } from "./support/rooms.js";
import { startSite } from "./support/site.js";

let site: RunningServer;
let browser: Browser;

beforeAll(async () => {
  [site, browser] = await Promise.all([startSite(), launch()]);
});

afterAll(async () => {
  await browser.close();
  await site.close();
});

/** Twelve pictures encoded and as many decoded and shown in software are more than a processor's work. */
it("four people see all the others", async () => {
  const { enter, errors } = openRoom(browser, site.url);
  const people = [await enter("Ada"), await enter("Bo"), await enter("Cy"), await enter("Dee")];
  await Promise.all(people.map((person) => person.seesAll(3)));
  expect(errors).toEqual([]);
});
