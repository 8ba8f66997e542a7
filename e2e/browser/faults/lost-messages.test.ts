import { isPolite } from "@sig/protocol";
import { expect, it } from "vitest";
import { connected } from "../lab/pair.js";
import { comeBack, labelsAfter, prepareToggle, toggle } from "../rig/actions.js";
import { reach, type Call } from "../rig/call.js";
import { next, type EventFrame } from "../rig/frames.js";
import { withRig } from "../rig/rig.js";
import { describePairingsAtOnce, everyPairing } from "../support/pairings.js";

const long = process.env.SIG_LONG !== undefined;
const rejoins = long ? 60 : 8;
const rig = withRig();
const is =
  (event: string, way?: EventFrame["way"]) =>
  (frame: EventFrame): boolean =>
    frame.event === event && (way === undefined || frame.way === way);

describePairingsAtOnce("A message between two", everyPairing, (pairing) => {
  it(
    `F37: one or the other comes back ${String(rejoins)} times under other ids, and whoever yields then, both get what both add at once`,
    { timeout: 180_000 },
    async (test) => {
      const call = await rig.call(test, pairing);
      await call.both((page) => prepareToggle(page));
      const roles = new Set<boolean>();
      for (let round = 0; round < rejoins || roles.size < 2; round += 1) {
        // One after the other: towards one id that stays, most others may have the same role.
        const end = round % 2 === 0 ? 1 : 0;
        await comeBack(call, end);
        roles.add(isPolite(...call.ids));
        expect(isPolite(...call.ids)).not.toBe(isPolite(call.ids[1], call.ids[0]));
        // Not waiting for the connection half of the time: both offer while it is being made.
        if (round % 4 < 2) await call.both((page) => connected(page, 1));
        const at = Date.now() + 20;
        await call.both((page) => toggle(page, 0, at));
        await call.both((page) => reach(page, "labels", labelsAfter(0)));
        await call.both((page) => toggle(page, 1));
        await call.both((page) => reach(page, "labels", "camera"));
      }
      await call.atRest();
    },
  );

  it("F38: an offer is lost, three times in a row, and they connect", { timeout: 120_000 }, async (test) => {
    const call = await openWithFate(() => next(3, is("offer"), "lose"), test, pairing);
    await call.join();
    await call.seen();
    expect(lost(call)).toBe(3);
    await call.atRest();
  });

  it(
    "F38: every offer is lost, and the peer is said to have failed, with the cause; they connect when offers arrive again",
    { timeout: 120_000 },
    async (test) => {
      const call = await openWithFate(() => (frame) => (frame.event === "offer" ? "lose" : "pass"), test, pairing);
      const recovery = {
        answerMs: 500,
        connectMs: 4000,
        offerMs: 1000,
        restartMs: 1000,
        rebuildMs: 2000,
        retryMs: 3000,
      };
      await call.joinOne(0, { manager: { recovery } });
      await call.joinOne(1, { manager: { recovery } });
      await call.pages[1].page.evaluate(() => {
        window.kept.causes = [];
        window.manager.on(
          "recovery",
          ({ step, cause }) => step === "gave-up" && (window.kept.causes as unknown[]).push(cause),
        );
      });
      await call.pages[1].page.evaluate(() =>
        window.lab.until(
          () => [...window.manager.peers.values()][0]?.state,
          (state) => state === "failed",
          60_000,
        ),
      );
      expect(await call.pages[1].page.evaluate(() => window.kept.causes)).toEqual([expect.stringMatching(/\w+ \w+/)]);
      for (const proxy of call.frames) proxy.fate = () => "pass";
      await call.seen();
      await call.atRest();
    },
  );

  it(
    "F39: an answer is lost, three times in a row: it is said again, and no media section is there twice",
    { timeout: 120_000 },
    async (test) => {
      const call = await openWithFate(() => next(3, is("answer"), "lose"), test, pairing);
      await call.join();
      await call.seen();
      expect(lost(call)).toBe(3);
      await call.atRest();
      const sections = await call.both(({ page }) =>
        page.evaluate(
          () => [...window.manager.peers.values()][0]?.connection?.localDescription?.sdp.match(/^m=/gm)?.length,
        ),
      );
      expect(sections).toEqual([2, 2]);
    },
  );

  it(
    "F41: an offer comes before the news of who makes it, and is taken when that comes",
    { timeout: 60_000 },
    async (test) => {
      const call = await openWithFate(
        () => (frame) => (frame.event === "joined" ? { delayMs: 2000 } : "pass"),
        test,
        pairing,
      );
      await call.joinOne(0);
      await call.joinOne(1);
      await call.seen();
      await call.atRest();
      expect(
        await call.pages[0].page.evaluate(() => window.rigApplied.filter((line) => line.startsWith("offer")).length),
      ).toBe(1);
      expect(
        await call.pages[0].page.evaluate(() => window.heard.filter((line) => /^peerJoined|^track/.test(line))),
      ).toEqual(["peerJoined", "track camera video"]);
    },
  );

  it(
    "F41: an offer comes before the server's own word, and is taken when that comes",
    { timeout: 60_000 },
    async (test) => {
      const call = await openWithFate(
        () => (frame) => (frame.event === "created" ? { delayMs: 2000 } : "pass"),
        test,
        pairing,
      );
      // The first is listed to the second at once, and offers to nobody; the second is not told, and the first's answer waits for it.
      await call.joinOne(0);
      await call.joinOne(1);
      await call.seen();
      await call.atRest();
      expect(
        await call.both(({ page }) =>
          page.evaluate(() => window.heard.filter((line) => line.startsWith("peerJoined")).length),
        ),
      ).toEqual([1, 1]);
    },
  );
});

async function openWithFate(
  makeFate: (call: Call) => (frame: EventFrame) => ReturnType<ReturnType<typeof next>>,
  test: Parameters<typeof rig.call>[0],
  pairing: Parameters<typeof rig.call>[1],
): Promise<Call> {
  const call = await rig.call(test, pairing, { proxies: "frames", opened: true });
  const fate = makeFate(call);
  // What one page sends arrives at the other as well: it is judged on its way up, or it would be judged twice.
  for (const proxy of call.frames)
    proxy.fate = (frame) =>
      frame.way === "down" && ["offer", "answer", "candidate"].includes(frame.event) ? "pass" : fate(frame);
  return call;
}

function lost(call: Call): number {
  return call.frames.reduce((sum, { counts }) => sum + (counts.lose ?? 0), 0);
}
