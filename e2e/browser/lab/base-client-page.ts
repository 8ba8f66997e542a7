import type { Page } from "playwright-core";
import { until } from "../../support/until.js";

/** The page of the base client (`base-client.html`), as tests use it. */
export class BaseClientPage {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
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
