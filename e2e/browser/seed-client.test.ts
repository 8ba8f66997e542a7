import { describe, expect, it } from "vitest";
import { connected, joinLab, seesFrames, type LabPage } from "./lab/pair.js";
import { withLab } from "./lab/suite.js";
import { until } from "./support/until.js";

describe("a page written from the seed protocol alone", () => {
  const lab = withLab();

  /** Opens the seed's page and waits until the server has let it in. */
  async function openSeed(room: string): Promise<LabPage> {
    const seed = await lab.open(`/seed?room=${room}`);
    await until("the seed's page in the room", async () => (await seed.page.title()) === "in the room");
    return seed;
  }

  /** The seed's page counts the frames it shows by peer, and keeps what came that the seed does not know. */
  async function expectSeedSees(seed: LabPage, id: string): Promise<void> {
    const frames = `shown[${JSON.stringify(id)}] ?? 0`;
    await until("frames on the seed's page", async () => Number(await seed.page.evaluate(frames)) > 5);
    expect(await seed.page.evaluate("unexpected")).toEqual([]);
    expect(seed.errors).toEqual([]);
  }

  it("sees and is seen by a manager that joins after it", async () => {
    const seed = await openSeed("seed-first");
    const ours = await lab.open();
    const id = await joinLab(ours, "seed-first", { camera: true });
    await connected(ours, 1);
    await Promise.all([seesFrames(ours), expectSeedSees(seed, id)]);
  });

  it("sees and is seen by a manager that was there before it", async () => {
    const ours = await lab.open();
    const id = await joinLab(ours, "seed-second", { camera: true });
    const seed = await openSeed("seed-second");
    await connected(ours, 1);
    await Promise.all([seesFrames(ours), expectSeedSees(seed, id)]);
  });

  it("is seen by a manager that has nothing to show and joins after it", async () => {
    await openSeed("seed-shown");
    const ours = await lab.open();
    await joinLab(ours, "seed-shown");
    await connected(ours, 1);
    await seesFrames(ours);
  });

  it("is told when a manager leaves, and is let go when it leaves itself", async () => {
    const seed = await openSeed("seed-leaves");
    const ours = await lab.open();
    const id = await joinLab(ours, "seed-leaves", { camera: true });
    await connected(ours, 1);
    await ours.page.evaluate(() => window.manager.leave());
    await until(
      "the seed's page without the connection",
      async () => (await seed.page.evaluate(`${JSON.stringify(id)} in connections`)) === false,
    );
    await joinLab(ours, "seed-leaves", { camera: true });
    await connected(ours, 1);
    await seed.context.close();
    await until("the room without the seed's page", () => ours.page.evaluate(() => window.manager.peers.size === 0));
  });
});
