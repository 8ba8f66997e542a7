import type { Browser } from "playwright-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LabServer } from "./lab/lab.js";
import { connected, joinLab, openLab, seesFrames, type LabPage } from "./lab/pair.js";
import { launch } from "./support/browser.js";

describe("a signaling server that is killed in the middle of a call", () => {
  let server: LabServer;
  let browser: Browser;
  let first: LabPage;
  let second: LabPage;
  let ids: string[];

  beforeEach(async () => {
    [server, browser] = await Promise.all([LabServer.start(), launch()]);
    [first, second] = await Promise.all([openLab(browser, server), openLab(browser, server)]);
    ids = [await joinLab(first, "outage", { camera: true }), await joinLab(second, "outage", { camera: true })];
    await Promise.all([connected(first, 1), connected(second, 1)]);
    await Promise.all([seesFrames(first), seesFrames(second)]);
  });

  afterEach(async () => {
    await browser.close();
    await server.close();
  });

  it("stops no frames, closes no connection, and is returned to under the same ids", async () => {
    await Promise.all([watchConnection(first), watchConnection(second)]);
    await server.kill();
    await Promise.all([reaches(first, "reconnecting"), reaches(second, "reconnecting")]);
    await Promise.all([seesFrames(first, 20), seesFrames(second, 20)]);
    await server.startAgain();
    await Promise.all([reaches(first, "joined"), reaches(second, "joined")]);
    await Promise.all([seesFrames(first, 20), seesFrames(second, 20)]);
    // Who is back first is told of the other later.
    await Promise.all(
      [first, second].map(({ page }) =>
        page.evaluate(() =>
          window.lab.until(
            () => [...window.manager.peers.values()][0]?.presence,
            (presence) => presence === "online",
          ),
        ),
      ),
    );

    for (const [at, { page }] of [first, second].entries()) {
      const end = await page.evaluate(() => {
        const [peer] = window.manager.peers.values();
        return {
          id: window.manager.id,
          sameConnection: peer?.connection === window.kept.connection,
          state: peer?.state,
          connectionStates: window.kept.states,
          left: window.heard.filter((line) => /^peerLeft|^error|^trackEnded/.test(line)),
          joins: window.heard.filter((line) => line.startsWith("peerJoined")).length,
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
    // The connections that were refused meanwhile are all that the pages complain of.
    for (const { errors } of [first, second])
      expect(errors.filter((error) => !error.includes("ERR_CONNECTION_REFUSED"))).toEqual([]);
  });

  it("is caught up with what both changed meanwhile, in one go", async () => {
    await server.kill();
    await Promise.all([reaches(first, "reconnecting"), reaches(second, "reconnecting")]);
    for (const { page } of [first, second]) {
      await page.evaluate(async () => {
        const { media } = window.lab;
        // Only the last of them is still there when the server comes back.
        window.manager.publish(await media(), { label: "given up" }).stop();
        window.manager.publish(await media(), { label: "meanwhile" });
      });
    }
    await server.startAgain();
    for (const { page } of [first, second]) {
      await page.evaluate(() =>
        window.lab.until(
          () => [...(window.kept.labels as string[])].sort().join(),
          (labels) => labels === "camera,meanwhile",
        ),
      );
      expect(await page.evaluate(() => window.heard.filter((line) => line.includes("given up")))).toEqual([]);
    }
    await Promise.all([seesFrames(first), seesFrames(second)]);
  });

  it("lets messages through while it is away: they go from peer to peer", async () => {
    await second.page.evaluate(() =>
      window.manager.on("message", ({ type, data }) => window.heard.push(`message ${type} ${JSON.stringify(data)}`)),
    );
    await server.kill();
    await reaches(first, "reconnecting");
    await first.page.evaluate(() => window.manager.send("chat", { text: "still here" }));
    await second.page.evaluate(() =>
      window.lab.until(
        () => window.heard,
        (heard) => heard.includes('message chat {"text":"still here"}'),
      ),
    );
  });

  it("notices a peer that left while it was away once its connection is gone", async () => {
    await server.kill();
    await Promise.all([reaches(first, "reconnecting"), reaches(second, "reconnecting")]);
    await first.page.evaluate(() =>
      window.lab.until(
        () => window.manager.peers.size,
        (size) => size === 1,
      ),
    );
    await second.page.evaluate(() => window.manager.leave());
    await first.page.evaluate(() =>
      window.lab.until(
        () => [...window.manager.peers.values()][0]?.state,
        (state) => state !== "connected",
        60_000,
      ),
    );
  });
});

async function reaches({ page }: LabPage, state: string): Promise<void> {
  await page.evaluate(
    (state) =>
      window.lab.until(
        () => window.manager.state as string,
        (now) => now === state,
      ),
    state,
  );
}

/** Keeps the connection, and every state that it takes from now on. */
async function watchConnection({ page }: LabPage): Promise<void> {
  await page.evaluate(() => {
    const connection = [...window.manager.peers.values()][0]?.connection;
    const states: string[] = [];
    window.kept.connection = connection;
    window.kept.states = states;
    connection?.addEventListener("connectionstatechange", () => states.push(connection.connectionState));
  });
}
