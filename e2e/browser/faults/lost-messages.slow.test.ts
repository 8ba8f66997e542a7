import { isPolite } from "@sig/protocol";
import { expect, it } from "vitest";
import { connected, eventsMatching, waitForLabels, waitForPeerState } from "../lab/lab-page.js";
import { rejoin, labelsAfter, prepareToggle, toggle } from "../rig/actions.js";
import { type Call } from "../rig/call.js";
import { firstFrames, isRelayed, type EventFrame, type FrameRule } from "../rig/frame-actions.js";
import { withRig } from "../rig/rig.js";
import { describePairingsConcurrently, usualPairings } from "../support/pairings.js";

const long = process.env.SIG_LONG !== undefined;
const rejoins = long ? 40 : 8;
const rig = withRig();
const is =
  (event: string) =>
  (frame: EventFrame): boolean =>
    frame.event === event;

describePairingsConcurrently("Messages between two peers", usualPairings, (pairing) => {
  it(
    `F37: simultaneous changes reach both sides after each of ${String(rejoins)} rejoins with new ids and roles`,
    { timeout: 180_000 },
    async (test) => {
      const call = await rig.call(test, pairing);
      await call.both((page) => prepareToggle(page));
      const roles = new Set<boolean>();
      for (let round = 0; round < rejoins || roles.size < 2; round += 1) {
        // In turns: towards an id that stays, most new ids may have the same role.
        const end = round % 2 === 0 ? 1 : 0;
        await rejoin(call, end);
        roles.add(isPolite(...call.ids));
        expect(isPolite(...call.ids)).not.toBe(isPolite(call.ids[1], call.ids[0]));
        // Half of the time, both offer while they are still connecting.
        if (round % 4 < 2) await call.both((page) => connected(page, 1));
        const at = Date.now() + 20;
        await call.both((page) => toggle(page, 0, at));
        await call.both((page) => waitForLabels(page, labelsAfter(0)));
        await call.both((page) => toggle(page, 1));
        await call.both((page) => waitForLabels(page, "camera"));
      }
      await call.expectSettled();
    },
  );

  it("F38: they connect when an offer is lost three times in a row", { timeout: 120_000 }, async (test) => {
    const call = await openWithRule(firstFrames(3, is("offer"), "drop"), test, pairing);
    await call.join();
    await call.receivesMedia();
    expect(dropped(call)).toBe(3);
    await call.expectSettled();
  });

  it(
    "F38: the peer fails with a cause while every offer is lost, and they connect when offers arrive again",
    { timeout: 120_000 },
    async (test) => {
      const call = await openWithRule((frame) => (frame.event === "offer" ? "drop" : "pass"), test, pairing);
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
      await waitForPeerState(call.pages[1], "failed", 60_000);
      expect(await call.pages[1].page.evaluate(() => window.kept.causes)).toEqual([expect.stringMatching(/\w+ \w+/)]);
      for (const proxy of call.frames) proxy.rule = () => "pass";
      await call.receivesMedia();
      await call.expectSettled();
    },
  );

  it(
    "F39: they connect when an answer is lost three times in a row, with no duplicate media section",
    { timeout: 120_000 },
    async (test) => {
      const call = await openWithRule(firstFrames(3, is("answer"), "drop"), test, pairing);
      await call.join();
      await call.receivesMedia();
      expect(dropped(call)).toBe(3);
      await call.expectSettled();
      const sections = await call.both(({ page }) =>
        page.evaluate(() => window.lab.connection()?.localDescription?.sdp.match(/^m=/gm)?.length),
      );
      expect(sections).toEqual([2, 2]);
    },
  );

  it(
    "F41: an offer that arrives before its sender's `joined` is applied after it",
    { timeout: 60_000 },
    async (test) => {
      const call = await openWithRule(
        (frame) => (frame.event === "joined" ? { delayMs: 2000 } : "pass"),
        test,
        pairing,
      );
      await call.joinOne(0);
      await call.joinOne(1);
      await call.receivesMedia();
      await call.expectSettled();
      expect(call.frames.map(({ counts }) => counts.delay ?? 0)).toEqual([1, 0]);
      expect(call.frames.map(({ counts }) => counts.delay ?? 0)).toEqual([1, 0]);
      expect(
        await call.pages[0].page.evaluate(() => window.rigApplied.filter((line) => line.startsWith("offer")).length),
      ).toBe(1);
      expect(await eventsMatching(call.pages[0], /^peerJoined|^track/)).toEqual(["peerJoined", "track camera video"]);
    },
  );

  it("F41: an offer that arrives before `created` is applied after it", { timeout: 60_000 }, async (test) => {
    const call = await openWithRule((frame) => (frame.event === "created" ? { delayMs: 2000 } : "pass"), test, pairing);
    // The first gets `joined` at once and may send; the second has to queue that until `created`.
    await call.joinOne(0);
    await call.joinOne(1);
    await call.receivesMedia();
    await call.expectSettled();
    expect(call.frames.map(({ counts }) => counts.delay ?? 0)).toEqual([1, 1]);
    expect(await call.both((page) => eventsMatching(page, /^peerJoined/))).toEqual([["peerJoined"], ["peerJoined"]]);
  });
});

async function openWithRule(
  rule: FrameRule,
  test: Parameters<typeof rig.call>[0],
  pairing: Parameters<typeof rig.call>[1],
): Promise<Call> {
  const call = await rig.call(test, pairing, { proxies: "frames", opened: true });
  // A relayed message passes both proxies: the rule applies to it only on its way up. Some offers go up with a join.
  for (const proxy of call.frames)
    proxy.rule = (frame) =>
      frame.direction === "down" && isRelayed(frame) && !cameWithJoin(frame) ? "pass" : rule(frame);
  return call;
}

/** Its connection epoch has a number that no other offer has. */
function cameWithJoin({ event, payload }: EventFrame): boolean {
  const { epoch } = (payload.link ?? {}) as { readonly epoch?: string };
  return event === "offer" && epoch?.startsWith("1.") === true;
}

function dropped(call: Call): number {
  return call.frames.reduce((sum, { counts }) => sum + (counts.drop ?? 0), 0);
}
