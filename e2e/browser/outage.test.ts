import { beforeEach, describe, expect, it } from "vitest";
import {
  connected,
  eventsMatching,
  joinLab,
  receivesFrames,
  waitForLabels,
  waitForState,
  type LabPage,
} from "./lab/lab-page.js";
import { withLab } from "./lab/with-lab.js";

describe("a signaling server that is killed during a call", () => {
  const lab = withLab();
  let first: LabPage;
  let second: LabPage;
  let ids: string[];

  beforeEach(async () => {
    await lab.server.restart();
    [first, second] = await Promise.all([lab.open(), lab.open()]);
    ids = [await joinLab(first, "outage", { camera: true }), await joinLab(second, "outage", { camera: true })];
    await Promise.all([connected(first, 1), connected(second, 1)]);
    await Promise.all([receivesFrames(first), receivesFrames(second)]);
  });

  it("stops no video and closes no connection, and both rejoin with the same ids", async () => {
    await Promise.all([watchConnection(first), watchConnection(second)]);
    await lab.server.kill();
    await Promise.all([waitForState(first, "reconnecting"), waitForState(second, "reconnecting")]);
    await Promise.all([receivesFrames(first, 20), receivesFrames(second, 20)]);
    await lab.server.restart();
    await Promise.all([waitForState(first, "joined"), waitForState(second, "joined")]);
    await Promise.all([receivesFrames(first, 20), receivesFrames(second, 20)]);
    // The first to rejoin is notified of the other later.
    await Promise.all(
      [first, second].map(({ page }) =>
        page.evaluate(() =>
          window.lab.until(
            () => window.lab.peer()?.presence,
            (presence) => presence === "online",
          ),
        ),
      ),
    );

    for (const [at, { page }] of [first, second].entries()) {
      const end = await page.evaluate(() => {
        const peer = window.lab.peer();
        return {
          id: window.manager.id,
          sameConnection: peer?.connection === window.kept.connection,
          state: peer?.state,
          connectionStates: window.kept.states,
          left: window.events.filter((line) => /^peerLeft|^error|^trackEnded/.test(line)),
          joins: window.events.filter((line) => line.startsWith("peerJoined")).length,
        };
      });
      expect(end).toEqual({
        id: ids[at],
        sameConnection: true,
        state: "connected",
        connectionStates: [],
        left: [],
        joins: 1,
      });
    }
    // The connection attempts during the outage are the only errors.
    for (const { errors } of [first, second])
      expect(errors.filter((error) => !error.includes("ERR_CONNECTION_REFUSED"))).toEqual([]);
  });

  it("hides no change: both sides get what the other changed meanwhile, and nothing that it undid", async () => {
    await lab.server.kill();
    await Promise.all([waitForState(first, "reconnecting"), waitForState(second, "reconnecting")]);
    for (const { page } of [first, second]) {
      await page.evaluate(async () => {
        const { media } = window.lab;
        // Only the last of them still exists when the server is back.
        window.manager.publish(await media(), { label: "stopped" }).stop();
        window.manager.publish(await media(), { label: "meanwhile" });
      });
    }
    await lab.server.restart();
    for (const page of [first, second]) {
      await waitForLabels(page, "camera,meanwhile");
      expect(await eventsMatching(page, /stopped/)).toEqual([]);
    }
    await Promise.all([receivesFrames(first), receivesFrames(second)]);
  });

  it("stops no messages between peers", async () => {
    await second.page.evaluate(() =>
      window.manager.on("message", ({ type, data }) => window.events.push(`message ${type} ${JSON.stringify(data)}`)),
    );
    await lab.server.kill();
    await waitForState(first, "reconnecting");
    await first.page.evaluate(() => window.manager.send("chat", { text: "still here" }));
    await second.page.evaluate(() =>
      window.lab.until(
        () => window.events,
        (events) => events.includes('message chat {"text":"still here"}'),
      ),
    );
  });

  it("does not hide a peer that leaves meanwhile: its connection ends", async () => {
    await lab.server.kill();
    await Promise.all([waitForState(first, "reconnecting"), waitForState(second, "reconnecting")]);
    expect(await first.page.evaluate(() => window.manager.peers.size)).toBe(1);
    await second.page.evaluate(() => window.manager.leave());
    await first.page.evaluate(() =>
      window.lab.until(
        () => window.lab.peer()?.state,
        (state) => state !== "connected",
        60_000,
      ),
    );
  });
});

/** Records the connection and all its later states. */
async function watchConnection({ page }: LabPage): Promise<void> {
  await page.evaluate(() => {
    const connection = window.lab.connection();
    const states: string[] = [];
    window.kept.connection = connection;
    window.kept.states = states;
    connection?.addEventListener("connectionstatechange", () => states.push(connection.connectionState));
  });
}
