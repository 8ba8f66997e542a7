import { isPolite } from "@sig/protocol";
import { describe, expect, it } from "vitest";
import { connected, joinLab, rejoinLab, type LabPage } from "./lab/lab-page.js";
import { withLab } from "./lab/with-lab.js";
import { describePairings, everyPairing, type Pairing } from "./support/pairings.js";

/** For each pairing, half of them with each of the two in the polite role. */
const rounds = Number(process.env.SIG_ROUNDS ?? (process.env.SIG_LONG === undefined ? 24 : 1000));

describePairings("glare", everyPairing, (pairing) => {
  const lab = withLab();

  describe.each([
    ["first", 0],
    ["second", 1],
  ] as const)("with the %s of the two in the polite role", (_name, polite) => {
    it(
      `F36: both sides end with the same tracks after each of ${String(rounds / 2)} simultaneous changes`,
      { timeout: 15 * 60_000 },
      async () => {
        const pages = await meet(pairing, polite);
        await Promise.all(
          pages.map(({ page }) => page.evaluate(async () => (window.kept.stream = await window.lab.media()))),
        );
        const both = (round: number): Promise<unknown> => {
          const at = Date.now() + 20;
          return Promise.all(pages.map(({ page }) => page.evaluate(changeAndSettle, { round, at })));
        };
        for (let round = 0; round < rounds / 2; round += 1) await both(round);

        const ends = await Promise.all(pages.map(({ page }) => page.evaluate(describeConnection)));
        for (const end of ends) expect(end).toEqual({ state: "stable", connected: true, mediaSections: 3, errors: [] });
        expect(pages.flatMap(({ errors }) => errors)).toEqual([]);
      },
    );
  });

  /**
   * Ids are random, and the roles follow from them: with the wrong roles, the two rejoin in turns. If only one
   * rejoined, an unlucky id of the other could take any number of attempts, and the server limits the rate.
   */
  async function meet(engines: Pairing, polite: 0 | 1): Promise<readonly LabPage[]> {
    const pages = await Promise.all(engines.map((engine) => lab.open("/", { engine })));
    const [first, second] = pages as [LabPage, LabPage];
    const room = `glare ${engines.join(" ")} ${String(polite)}`;
    const ids = [await joinLab(first, room, { camera: true }), await joinLab(second, room, { camera: true })] as [
      string,
      string,
    ];
    for (let turn: 0 | 1 = 1; isPolite(...ids) !== (polite === 0); turn = turn === 0 ? 1 : 0) {
      ids[turn] = await rejoinLab(pages[turn]!, room, pages[1 - turn]!);
    }
    await Promise.all(pages.map((page) => connected(page, 1)));
    return pages;
  }
});

async function changeAndSettle({ round, at }: { round: number; at: number }): Promise<void> {
  // All pages of a machine share one clock: both change in the same millisecond or two.
  await new Promise((resolve) => setTimeout(resolve, at - Date.now() - 4));
  while (Date.now() < at);
  if (round % 2 === 0)
    window.kept.publication = window.manager.publish(window.kept.stream as MediaStream, {
      label: `round ${String(round)}`,
    });
  else (window.kept.publication as { stop(): void }).stop();
  const expected = round % 2 === 0 ? ["camera", `round ${String(round)}`] : ["camera"];
  await window.lab.until(
    () => [window.lab.labels(), window.lab.connection()?.signalingState],
    ([labels, state]) => labels === expected.join() && state === "stable",
    10_000,
  );
}

function describeConnection(): object {
  const connection = window.lab.connection();
  return {
    state: connection?.signalingState,
    connected: connection?.connectionState === "connected",
    mediaSections: connection?.localDescription?.sdp.match(/^m=/gm)?.length,
    errors: window.lab.eventsMatching(/^error/),
  };
}
