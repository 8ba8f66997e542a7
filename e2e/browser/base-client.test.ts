import { describe, expect, it } from "vitest";
import { until } from "../support/until.js";
import { BaseClientPage } from "./lab/base-client-page.js";
import { connected, joinLab, receivesFrames } from "./lab/lab-page.js";
import { withLab } from "./lab/with-lab.js";

describe("a page written from the base protocol alone", () => {
  const lab = withLab();

  /** Opens its page, and waits until it has joined. */
  async function openBaseClient(room: string) {
    const { page, context, errors } = await lab.open(`/base-client?room=${room}`);
    return { base: await BaseClientPage.joined(page), context, errors };
  }

  async function expectVideo({ base, errors }: Awaited<ReturnType<typeof openBaseClient>>, id: string): Promise<void> {
    await base.showsVideo(id);
    expect(await base.unexpected()).toEqual([]);
    expect(errors).toEqual([]);
  }

  it("exchanges video with a manager that joins after it", async () => {
    const base = await openBaseClient("base-first");
    const ours = await lab.open();
    const id = await joinLab(ours, "base-first", { camera: true });
    await connected(ours, 1);
    await Promise.all([receivesFrames(ours), expectVideo(base, id)]);
  });

  it("exchanges video with a manager that joined before it", async () => {
    const ours = await lab.open();
    const id = await joinLab(ours, "base-second", { camera: true });
    const base = await openBaseClient("base-second");
    await connected(ours, 1);
    await Promise.all([receivesFrames(ours), expectVideo(base, id)]);
  });

  it("sends video to a manager without media that joins after it", async () => {
    await openBaseClient("base-shown");
    const ours = await lab.open();
    await joinLab(ours, "base-shown");
    await connected(ours, 1);
    await receivesFrames(ours);
  });

  it("receives the exit of a manager, and its own exit removes it there", async () => {
    const { base, context } = await openBaseClient("base-leaves");
    const ours = await lab.open();
    const id = await joinLab(ours, "base-leaves", { camera: true });
    await connected(ours, 1);
    await ours.page.evaluate(() => window.manager.leave());
    await until("the base client without the connection", async () => !(await base.connections()).includes(id));
    await joinLab(ours, "base-leaves", { camera: true });
    await connected(ours, 1);
    await context.close();
    await until("the room without the base client", () => ours.page.evaluate(() => window.manager.peers.size === 0));
  });
});
