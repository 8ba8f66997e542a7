import { expect, it } from "vitest";
import {
  applied,
  callWithRaw,
  connectRaw,
  managerState,
  sendCanary,
  untilApplied,
  untilConnected,
} from "../rig/raw-call.js";
import { withRig } from "../rig/rig.js";
import { describePairingsConcurrently, usualPairings } from "../support/pairings.js";

const long = process.env.SIG_LONG !== undefined;
// RFC 8863 lets an agent wait 39.5 s for a path.
const lateMs = long ? 36_000 : 15_000;
const rig = withRig();
const settled = { state: "connected", signaling: "stable", errors: [], live: 1 };

describePairingsConcurrently("A peer with another client", usualPairings, (pairing) => {
  it(
    "F40: duplicate answers, answers to no offer and answers to a rolled-back offer are not applied",
    { timeout: 90_000 },
    async (test) => {
      const call = await callWithRaw(rig, test, pairing, { managerYields: true });
      await connectRaw(call);
      // A new track makes the manager offer; the raw peer offers too, and the manager yields.
      await call.pages[0].page.evaluate(async () =>
        window.manager.publish(await window.lab.media(), { label: "more" }),
      );
      await call.pages[1].page.evaluate(async () => {
        const { raw } = window;
        const theirs = await raw.receives(({ event }) => event === "offer");
        const sdp = await raw.describe();
        raw.send("offer", { sdp, offerId: "o2" });
        await raw.acceptAnswer("o2");
        const answer = raw.received.findLast(({ event }) => event === "answer")?.sdp;
        // To the offer that was rolled back, to two offers that the other side made or answered, and to none.
        for (const offerId of [theirs.offerId, "o2", "o1", "unknown"]) raw.send("answer", { sdp: answer, offerId });
        // The manager repeats its offer.
        const again = await raw.receives(({ event, offerId }) => event === "offer" && offerId !== theirs.offerId);
        const reply = await raw.answer(again);
        raw.send("answer", { sdp: reply, offerId: again.offerId });
        raw.send("answer", { sdp: reply, offerId: again.offerId });
        window.kept.answered = again.offerId;
      });
      await untilConnected(call);
      await sendCanary(call, "canary", await call.pages[1].page.evaluate(() => window.kept.answered as string));
      await untilApplied(call, "candidate:canary");
      expect((await applied(call)).filter((line) => line.startsWith("answer"))).toHaveLength(1);
      expect(await managerState(call)).toEqual(settled);
    },
  );

  it(
    "F42: 100 candidates that arrive before their offer are added after it, in order; of 300, the last 256",
    { timeout: 90_000 },
    async (test) => {
      for (const count of [100, 300]) {
        const call = await callWithRaw(rig, test, pairing);
        await call.pages[1].page.evaluate(async (count) => {
          const { raw } = window;
          const sdp = await raw.describe();
          const usernameFragment = /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1];
          const own = raw.candidates.slice(-5);
          for (let number = 0; number < count - own.length; number += 1) {
            const candidate = {
              sdp: `candidate:n${String(number)} 1 udp 1 fd00::99 9 typ host`,
              sdpMid: "0",
              sdpMLineIndex: 0,
              usernameFragment,
            };
            raw.send("candidate", { candidate, offerId: "o1" });
          }
          for (const candidate of own) raw.sendCandidate(candidate, "o1");
          raw.send("offer", { sdp, offerId: "o1" });
          await raw.acceptAnswer("o1");
        }, count);
        await untilConnected(call);
        // One candidate is enough to connect: the last of them may still be on its way.
        await sendCanary(call, "canary", "o1");
        await untilApplied(call, "candidate:canary");
        const lines = (await applied(call)).filter((line) => !line.includes("canary"));
        const numbers = lines.flatMap((line) => /candidate:n(\d+) /.exec(line)?.[1] ?? []).map(Number);
        const own = lines.filter((line) => line.startsWith("candidate")).length - numbers.length;
        expect(lines[0]).toMatch(/^offer/);
        expect(numbers.length + own).toBe(Math.min(count, 256));
        expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, at) => count - own - numbers.length + at));
        expect(await managerState(call)).toEqual(settled);
      }
    },
  );

  it("F43: a candidate from before an ICE restart is not added after it", { timeout: 60_000 }, async (test) => {
    const call = await callWithRaw(rig, test, pairing);
    await connectRaw(call);
    const from = (await applied(call)).length;
    await call.pages[1].page.evaluate(async () => {
      const { raw } = window;
      const stale = raw.candidates;
      const sdp = await raw.describe({ iceRestart: true });
      raw.send("offer", { sdp, offerId: "o2" });
      for (const candidate of raw.candidates) raw.sendCandidate(candidate, "o2");
      await raw.acceptAnswer("o2");
      // Late, and with either offer id: only the ufrag shows the generation.
      for (const candidate of stale) for (const offerId of ["o1", "o2"]) raw.sendCandidate(candidate, offerId);
      window.kept.stale = stale.map(({ usernameFragment }) => usernameFragment);
    });
    await sendCanary(call, "canary", "o2");
    await untilApplied(call, "candidate:canary");
    const [stale = ""] = await call.pages[1].page.evaluate(() => window.kept.stale as string[]);
    // They were added before the restart: only then could this line show them after it.
    const before = (await applied(call)).slice(0, from);
    expect(before.some((line) => line.endsWith(` of ${stale}`))).toBe(true);
    expect((await applied(call, from)).filter((line) => line.endsWith(` of ${stale}`))).toEqual([]);
    await untilConnected(call);
    expect(await managerState(call)).toEqual(settled);
  });

  it("F44: the candidates of an ignored offer are ignored too, without an error", { timeout: 60_000 }, async (test) => {
    const call = await callWithRaw(rig, test, pairing);
    await connectRaw(call);
    await call.pages[0].page.evaluate(async () => window.manager.publish(await window.lab.media(), { label: "more" }));
    const from = (await applied(call)).length;
    await call.pages[1].page.evaluate(async () => {
      const { raw } = window;
      const theirs = await raw.receives(({ event }) => event === "offer");
      // Glare, and the manager does not yield: this offer is ignored.
      const sdp = await raw.describe({ iceRestart: true });
      raw.send("offer", { sdp, offerId: "ignored" });
      for (const candidate of raw.candidates) raw.sendCandidate(candidate, "ignored");
      raw.sendEnd("ignored");
      await raw.connection.setLocalDescription({ type: "rollback" });
      raw.send("answer", { sdp: await raw.answer(theirs), offerId: theirs.offerId });
      window.kept.answered = theirs.offerId;
    });
    await untilConnected(call);
    await sendCanary(call, "canary", await call.pages[1].page.evaluate(() => window.kept.answered as string));
    await untilApplied(call, "candidate:canary");
    const lines = await applied(call, from);
    expect(lines.filter((line) => line.startsWith("offer"))).toEqual([]);
    expect(lines.filter((line) => line.startsWith("candidate") && !line.includes("canary"))).toEqual([]);
    expect(await managerState(call)).toEqual(settled);
  });

  for (const [how, ends] of [
    ["never arrives", []],
    ["arrives twice", ["after", "after"]],
    ["arrives before them", ["before"]],
  ] as const) {
    it(`F45: they connect when its end of candidates ${how}`, { timeout: 90_000 }, async (test) => {
      const call = await callWithRaw(rig, test, pairing);
      await call.pages[1].page.evaluate(async (ends: readonly string[]) => {
        const { raw } = window;
        const sdp = await raw.describe();
        raw.send("offer", { sdp, offerId: "o1" });
        if (ends.includes("before")) raw.sendEnd("o1");
        for (const candidate of raw.candidates) raw.sendCandidate(candidate, "o1");
        for (const end of ends) if (end === "after") raw.sendEnd("o1");
        await raw.acceptAnswer("o1");
      }, ends);
      await untilConnected(call);
      expect(await managerState(call)).toEqual(settled);
    });
  }
});

// Firefox itself fails 5 s after the last candidate.
describePairingsConcurrently(
  "A peer with another client, towards Chromium",
  ["chromium chromium", "chromium firefox"],
  (pairing) => {
    it(
      `F45: they connect when its candidates arrive ${String(lateMs / 1000)} s after its offer`,
      { timeout: lateMs + 60_000 },
      async (test) => {
        const call = await callWithRaw(rig, test, pairing);
        await call.pages[1].page.evaluate(async () => {
          const { raw } = window;
          raw.send("offer", { sdp: await raw.describe(), offerId: "o1" });
          // The raw peer applies nothing until then, so that ICE cannot find a path from the other side.
          await raw.receives(({ event }) => event === "answer");
        });
        await new Promise((resolve) => setTimeout(resolve, lateMs));
        await call.pages[1].page.evaluate(async () => {
          const { raw } = window;
          for (const candidate of raw.candidates) raw.sendCandidate(candidate, "o1");
          await raw.acceptAnswer("o1");
        });
        await untilConnected(call);
        expect(await managerState(call)).toEqual(settled);
      },
    );
  },
);
