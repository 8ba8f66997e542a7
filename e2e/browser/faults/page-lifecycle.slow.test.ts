import { expect, it } from "vitest";
import { LabServer } from "../lab/lab-server.js";
import { eventsMatching, joinLab, openLab, receivesFrames, waitForState, type LabPage } from "../lab/lab-page.js";
import { divertCandidates } from "../rig/divert-candidates.js";
import { withRig } from "../rig/rig.js";
import { recordedRoster, recordRoster } from "../rig/roster.js";
import { describePairingsConcurrently, usualPairings } from "../support/pairings.js";

const long = process.env.SIG_LONG !== undefined;
const reloads = long ? 50 : 8;
const graceMs = 5000;
const rig = withRig();

// Only Chromium can crash a page on demand.
const crashing = usualPairings.filter((name) => name !== "firefox firefox");
describePairingsConcurrently("A page in Chromium", crashing, (pairing) => {
  it(
    "F30: that crashes is away as soon as its socket closes, and removed after its grace period and its connection",
    { timeout: 120_000 },
    async (test) => {
      const call = await rig.call(test, pairing, {
        // The server hardly pings: only the closed socket can tell it.
        server: await LabServer.start({ GRACE_MS: String(graceMs), PING_MS: String(10 * 60_000) }),
        spoilsPages: true,
      });
      const [crashing, witness] = call.pages;
      const session = await crashing.context.newCDPSession(crashing.page);
      void session.send("Page.crash").catch(() => undefined);
      const presence = (wanted: string): Promise<unknown> =>
        witness.page.evaluate(
          (wanted) =>
            window.lab.until(
              () => window.lab.peer()?.presence ?? "gone",
              (presence) => presence === wanted,
              90_000,
            ),
          wanted,
        );
      await presence("away");
      // It might come back: its connection is kept until ICE fails.
      await presence("gone");
      expect(await eventsMatching(witness, /^peerLeft|^error/)).toEqual(["peerLeft  lost"]);
      expect(
        await witness.page.evaluate(() =>
          window.rigConnections.every(({ connectionState }) => connectionState === "closed"),
        ),
      ).toBe(true);
    },
  );
});

describePairingsConcurrently("A page", usualPairings, (pairing) => {
  it(
    `F29: that reloads ${String(reloads)} times ends as one peer with one connection`,
    { timeout: 180_000 },
    async (test) => {
      // A page that reloads while it joins may send no exit: the server waits for its grace period.
      const server = await LabServer.start({ GRACE_MS: "2000" });
      const call = await rig.call(test, pairing, { server, socket: { transports: ["websocket"] } });
      for (let round = 0; round < reloads; round += 1) {
        await call.pages[0].page.reload({ waitUntil: "domcontentloaded" });
        // Some reload before they join, some while they join, some while they connect.
        if (round % 3 !== 0) {
          const joins = call.joinOne(0, { camera: round % 2 === 0 });
          if (round % 3 === 1) await joins;
          else joins.catch(() => undefined);
        }
      }
      await call.pages[0].page.reload();
      await call.joinOne(0);
      await call.receivesMedia();
      await call.expectSettled();
      const { made, closed } = await call.pages[1].page.evaluate(() => ({
        made: window.rigConnections.length,
        closed: window.rigConnections.filter(({ connectionState }) => connectionState === "closed").length,
      }));
      expect(closed).toBe(made - 1);
      expect(await call.pages[1].page.evaluate(() => [...window.manager.peers.keys()])).toEqual([call.ids[0]]);
    },
  );

  it("F31: that is open in two tabs is two peers", { timeout: 60_000 }, async (test) => {
    const call = await rig.call(test, pairing);
    const page = await call.pages[1].context.newPage();
    await divertCandidates(page, { path: call.path, end: 1 });
    await page.goto(call.tcp[1]?.url ?? "");
    const tab: LabPage = { page, context: call.pages[1].context, errors: call.pages[1].errors };
    const id = await joinLab(tab, call.room, { camera: true });
    expect(new Set([...call.ids, id]).size).toBe(3);
    for (const each of [...call.pages, tab]) await receivesFrames(each);
    expect(await tab.page.evaluate(() => window.manager.peers.size)).toBe(2);
    // As a person closes a tab.
    await page.close({ runBeforeUnload: true });
    await call.receivesMedia();
  });

  it("F31: whose key another connection uses is replaced, and does not rejoin", { timeout: 60_000 }, async (test) => {
    const call = await rig.call(test, pairing, { proxies: "frames", opened: true });
    let key = "";
    const [, frames] = call.frames;
    if (frames !== undefined) {
      frames.rule = ({ event, payload }) => {
        if (event === "createAndJoinRoom") key = String(payload.key);
        return "pass";
      };
    }
    await call.join();
    await call.receivesMedia();
    await recordRoster(call.pages[0]);
    const other = await openLab(await rig.pages.browsers.get(pairing[1]), await rig.server);
    test.onTestFinished(() => other.context.close());
    const id = await other.page.evaluate(
      async ({ room, key }) => {
        const socket = window.lab.io();
        window.kept.socket = socket;
        const reply = await new Promise<{ id?: string }>((resolve) =>
          socket.emit("createAndJoinRoom", { room, key }, resolve),
        );
        socket.on("exit", ({ reason }: { reason: string }) => (window.kept.exit = reason));
        return reply.id;
      },
      { room: call.room, key },
    );
    expect(id).toBe(call.ids[1]);
    await waitForState(call.pages[1], "left");
    expect(await eventsMatching(call.pages[1], /^error/)).toEqual(["error REPLACED"]);
    // Events are in order: at this metadata, no peer has joined or left.
    await other.page.evaluate(
      (room) =>
        new Promise((resolve) =>
          (window.kept.socket as ReturnType<typeof window.lab.io>).emit(
            "metadata",
            { room, metadata: "still here" },
            resolve,
          ),
        ),
      call.room,
    );
    await call.pages[0].page.evaluate(() =>
      window.lab.until(
        () => window.lab.peer()?.metadata,
        (metadata) => metadata === "still here",
      ),
    );
    expect((await recordedRoster(call.pages[0])).most).toBe(1);
    expect(await other.page.evaluate(() => window.kept.exit)).toBe(undefined);
  });
});
