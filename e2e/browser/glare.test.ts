import { isPolite } from "@sig/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LabServer } from "./lab/lab.js";
import { connected, joinLab, openLab, rejoinLab, type LabPage } from "./lab/pair.js";
import { Browsers, describePairings, everyPairing, type Pairing } from "./support/pairings.js";

/** For each pairing, half of them with each of the two in the polite role: 200 of all three, or 1,000 of each. */
const rounds = Number(process.env.SIG_ROUNDS ?? (process.env.SIG_LONG === undefined ? 68 : 1000));

describePairings("glare", everyPairing, (pairing) => {
  const browsers = new Browsers();
  let server: LabServer;

  beforeAll(async () => {
    server = await LabServer.start();
  });

  afterAll(async () => {
    await browsers.close();
    await server.close();
  });

  describe.each([
    ["first", 0],
    ["second", 1],
  ] as const)("with the %s of the two in the polite role", (_name, polite) => {
    it(
      `F36: ends in the same tracks on both sides after each of ${String(rounds / 2)} rounds in which both add or remove one at the same instant`,
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
        for (const end of ends)
          expect(end).toEqual({ state: "stable", connected: true, mediaSections: 3, heardErrors: [] });
        expect(pages.flatMap(({ errors }) => errors)).toEqual([]);
        await Promise.all(pages.map(({ context }) => context.close()));
      },
    );
  });

  /**
   * Ids are chance, and with them the roles: where they are the wrong ones, the two come again in turns. Were it always
   * the same who comes, an id of the other that few are above could take any number of times, and the server has a limit.
   */
  async function meet(engines: Pairing, polite: 0 | 1): Promise<readonly LabPage[]> {
    const pages = await Promise.all(engines.map(async (engine) => openLab(await browsers.get(engine), server)));
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
  // Both pages share a machine and so a clock: they change in the same millisecond or two.
  await new Promise((resolve) => setTimeout(resolve, at - Date.now() - 4));
  while (Date.now() < at);
  if (round % 2 === 0)
    window.kept.publication = window.manager.publish(window.kept.stream as MediaStream, {
      label: `round ${String(round)}`,
    });
  else (window.kept.publication as { stop(): void }).stop();
  const expected = round % 2 === 0 ? ["camera", `round ${String(round)}`] : ["camera"];
  await window.lab.until(
    () => [
      [...(window.kept.labels as string[])].sort().join(),
      [...window.manager.peers.values()][0]?.connection?.signalingState,
    ],
    ([labels, state]) => labels === expected.join() && state === "stable",
    10_000,
  );
}

function describeConnection(): object {
  const connection = [...window.manager.peers.values()][0]?.connection;
  return {
    state: connection?.signalingState,
    connected: connection?.connectionState === "connected",
    mediaSections: connection?.localDescription?.sdp.match(/^m=/gm)?.length,
    heardErrors: window.heard.filter((line) => line.startsWith("error")),
  };
}
