import { expect, it } from "vitest";
import { LabServer } from "../lab/lab.js";
import { joinLab, openLab, seesFrames, type LabPage } from "../lab/pair.js";
import { reach } from "../rig/call.js";
import { takeDetours } from "../rig/detours.js";
import { withRig } from "../rig/rig.js";
import { describePairings, describePairingsAtOnce, everyPairing } from "../support/pairings.js";

const long = process.env.SIG_LONG !== undefined;
const frozenMs = long ? 10 * 60_000 : 60_000;
const graceMs = 5000;
const rig = withRig();

// Alone, since it is about how soon.
describePairings("A page", everyPairing, (pairing) => {
  it(
    "F28: that is reloaded leaves and joins once, is never there twice, and has a new connection within 3 s",
    { timeout: 60_000 },
    async (test) => {
      const call = await rig.call(test, pairing);
      const [witness, reloaded] = call.pages;
      await keepRoster(witness);
      const since = performance.now();
      await reloaded.page.reload();
      const loaded = performance.now();
      const before = call.ids[1];
      await call.joinOne(1);
      expect(call.ids[1]).not.toBe(before);
      await call.seen(1);
      expect(performance.now() - loaded, `loaded after ${String(loaded - since)} ms`).toBeLessThan(3000);
      expect(await rosters(witness)).toEqual({ most: 1, changes: ["peerLeft left", "peerJoined"] });
      await call.atRest();
    },
  );
});

// What freezes and kills a page is a tool of Chromium's.
describePairingsAtOnce("A page in Chromium", ["chromium chromium", "chromium firefox"], (pairing) => {
  it(
    `F27: that is frozen for ${String(frozenMs / 1000)} s is in the room again within 3 s, and sees and is seen`,
    { timeout: frozenMs + 90_000 },
    async (test) => {
      const call = await rig.call(test, pairing, {
        server: await LabServer.start({ GRACE_MS: String(graceMs) }),
        spoilsPages: true,
      });
      const [frozen] = call.pages;
      const session = await frozen.context.newCDPSession(frozen.page);
      await session.send("Page.enable");
      await session.send("Page.setWebLifecycleState", { state: "frozen" });
      await new Promise((resolve) => setTimeout(resolve, frozenMs));
      await session.send("Page.setWebLifecycleState", { state: "active" });
      const since = performance.now();
      await reach(frozen, "state", "joined");
      await call.seen(1);
      expect(performance.now() - since).toBeLessThan(3000);
      await call.atRest();
    },
  );

  it(
    "F30: that dies is away at once, and gone when its time and its connection are over",
    { timeout: 120_000 },
    async (test) => {
      const call = await rig.call(test, pairing, {
        server: await LabServer.start({ GRACE_MS: String(graceMs) }),
        spoilsPages: true,
      });
      const [dying, witness] = call.pages;
      const since = performance.now();
      const session = await dying.context.newCDPSession(dying.page);
      void session.send("Page.crash").catch(() => undefined);
      const presence = (wanted: string): Promise<unknown> =>
        witness.page.evaluate(
          (wanted) =>
            window.lab.until(
              () => [...window.manager.peers.values()][0]?.presence ?? "gone",
              (presence) => presence === wanted,
              90_000,
            ),
          wanted,
        );
      await presence("away");
      expect(performance.now() - since).toBeLessThan(15_000);
      // Nobody can know that it will not come back: what connects us is given up when ICE gives it up, and is not there for ever.
      await presence("gone");
      expect(await witness.page.evaluate(() => window.heard.filter((line) => /^peerLeft|^error/.test(line)))).toEqual([
        "peerLeft  lost",
      ]);
      expect(
        await witness.page.evaluate(() =>
          window.rigConnections.every(({ connectionState }) => connectionState === "closed"),
        ),
      ).toBe(true);
    },
  );
});

describePairingsAtOnce("A page", everyPairing, (pairing) => {
  // Firefox takes several times as long for one as Chromium.
  const reloads = long || pairing[0] === "chromium" ? 50 : 15;

  it(
    `F29: that is reloaded ${String(reloads)} times ends as one peer with one connection`,
    { timeout: 180_000 },
    async (test) => {
      // A page that dies while it joins may not have said goodbye: the server waits for it a while.
      const server = await LabServer.start({ GRACE_MS: "2000" });
      const call = await rig.call(test, pairing, { server, socket: { transports: ["websocket"] } });
      for (let round = 0; round < reloads; round += 1) {
        await call.pages[0].page.reload({ waitUntil: "domcontentloaded" });
        // Some are gone before they have said a word, some in the middle of joining, some while they connect.
        if (round % 3 !== 0) {
          const joins = call.joinOne(0, { camera: round % 2 === 0 });
          if (round % 3 === 1) await joins;
          else joins.catch(() => undefined);
        }
      }
      await call.pages[0].page.reload();
      await call.joinOne(0);
      await call.seen();
      await call.atRest();
      const { made, closed } = await call.pages[1].page.evaluate(() => ({
        made: window.rigConnections.length,
        closed: window.rigConnections.filter(({ connectionState }) => connectionState === "closed").length,
      }));
      expect(closed).toBe(made - 1);
      expect(await call.pages[1].page.evaluate(() => [...window.manager.peers.keys()])).toEqual([call.ids[0]]);
    },
  );

  it("F31: that is open twice is two peers", { timeout: 60_000 }, async (test) => {
    const call = await rig.call(test, pairing);
    const page = await call.pages[1].context.newPage();
    await takeDetours(page, { path: call.path, end: 1 });
    await page.goto(call.tcp[1]?.url ?? "");
    const tab: LabPage = { page, context: call.pages[1].context, errors: call.pages[1].errors };
    const id = await joinLab(tab, call.room, { camera: true });
    expect(new Set([...call.ids, id]).size).toBe(3);
    for (const each of [...call.pages, tab]) await seesFrames(each);
    expect(await tab.page.evaluate(() => window.manager.peers.size)).toBe(2);
    // As a person closes it.
    await page.close({ runBeforeUnload: true });
    await call.seen();
  });

  it(
    "F31: whose key another connection joins with gives way once and does not come back",
    { timeout: 60_000 },
    async (test) => {
      const call = await rig.call(test, pairing, { proxies: "frames", opened: true });
      let key = "";
      const [, frames] = call.frames;
      if (frames !== undefined) {
        frames.fate = ({ event, payload }) => {
          if (event === "createAndJoinRoom") key = String(payload.key);
          return "pass";
        };
      }
      await call.join();
      await call.seen();
      await keepRoster(call.pages[0]);
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
      await reach(call.pages[1], "state", "left");
      expect(await call.pages[1].page.evaluate(() => window.heard.filter((line) => line.startsWith("error")))).toEqual([
        "error REPLACED",
      ]);
      // Somebody who comes afterwards hears of what was said before: nobody has come or gone meanwhile.
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
          () => [...window.manager.peers.values()][0]?.metadata,
          (metadata) => metadata === "still here",
        ),
      );
      expect((await rosters(call.pages[0])).most).toBe(1);
      expect(await other.page.evaluate(() => window.kept.exit)).toBe(undefined);
    },
  );
});

/** From now on keeps who came and went, and how many there were at most. */
function keepRoster({ page }: LabPage): Promise<void> {
  return page.evaluate(() => {
    const { manager } = window;
    const roster = { most: manager.peers.size, changes: [] as string[] };
    window.kept.roster = roster;
    manager.on("peerJoined", () => {
      roster.most = Math.max(roster.most, manager.peers.size);
      roster.changes.push("peerJoined");
    });
    manager.on("peerLeft", (_peer, reason) => roster.changes.push(`peerLeft ${reason}`));
  });
}

function rosters({ page }: LabPage): Promise<{ most: number; changes: string[] }> {
  return page.evaluate(() => window.kept.roster as { most: number; changes: string[] });
}
