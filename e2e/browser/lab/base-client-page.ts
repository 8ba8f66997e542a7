import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { until } from "../../support/until.js";
import { newContext } from "../support/browser.js";

const html = join(import.meta.dirname, "base-client.html");

/** The page of the base client (`base-client.html`), as tests use it. */
export class BaseClientPage {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /**
   * Opens it at the address of the example's server. Resolves once it has joined the room.
   *
   * @param prepare - Runs in the page before its own script.
   */
  static async open(
    { browser, url }: { browser: Browser; url: string },
    room: string,
    prepare?: () => void,
  ): Promise<BaseClientPage> {
    // Its script is inline, which the example's content security policy forbids.
    const { context } = await newContext(browser, [], { bypassCSP: true });
    const body = await readFile(html, "utf8");
    await context.route("**/base-client?*", (route) =>
      route.fulfill({ contentType: "text/html; charset=utf-8", body }),
    );
    const page = await context.newPage();
    if (prepare !== undefined) await page.addInitScript(prepare);
    await page.goto(`${url}/base-client?${new URLSearchParams({ room }).toString()}`);
    return BaseClientPage.joined(page);
  }

  /** Resolves once an opened page has joined its room. */
  static async joined(page: Page): Promise<BaseClientPage> {
    await until("the base client in the room", async () => (await page.title()) === "in the room");
    return new BaseClientPage(page);
  }

  async id(): Promise<string> {
    return String(await this.page.evaluate("self"));
  }

  /** The ids of the peers that it has a connection with. */
  connections(): Promise<string[]> {
    return this.page.evaluate<string[]>("Object.keys(connections)");
  }

  /** Waits until it has shown video frames of a peer. */
  async showsVideo(id: string): Promise<void> {
    const frames = `shown[${JSON.stringify(id)}] ?? 0`;
    await until(`video of ${id} in the base client`, async () => Number(await this.page.evaluate(frames)) > 5);
  }

  /** Events and fields that it received and that the base protocol does not have, and its own errors. */
  unexpected(): Promise<string[]> {
    return this.page.evaluate<string[]>("unexpected");
  }
}
