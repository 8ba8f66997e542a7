import { describe, expect, test } from "vitest";
import type { Peer, PeerManager } from "../../src/index.js";
import { defaultRecovery } from "../../src/negotiation/recovery-defaults.js";
import { Lab } from "../membership/lab.js";

function peerOf({ peers }: PeerManager): Peer {
  const [peer] = peers.values();
  if (peer === undefined) throw new Error("There is no peer.");
  return peer;
}

describe("V17: a connection that the application closes", () => {
  test.each([
    ["the polite end", [0], {}],
    ["the impolite end", [1], {}],
    ["both ends", [0, 1], {}],
    ["the polite end, with nothing to send", [0], { dataChannel: false }],
    ["both ends, with nothing to send", [0, 1], { dataChannel: false }],
  ])("is replaced at once, by %s", async (_closer, closers, options) => {
    const lab = new Lab();
    const managers = ["ada", "grace"].map((host) => lab.manager(options, host));
    for (const manager of managers) await lab.join(manager);
    // The id that sorts first is the polite one.
    const [polite, impolite] = [...managers].sort((one, other) => (String(one.id) < String(other.id) ? -1 : 1));
    const ends = [polite, impolite].map((manager) => peerOf(manager!));
    const before = ends.map(({ connection }) => connection);
    const steps: string[] = [];
    for (const [at, manager] of [polite, impolite].entries())
      if (!closers.includes(at)) manager!.on("recovery", ({ step }) => void steps.push(step));
    for (const at of closers) ends[at]?.connection?.close();
    await lab.clock.advance(defaultRecovery.politeDelayMs + 200);
    expect(ends.map(({ state, connection }, at) => [state, connection === before[at]])).toEqual([
      ["connected", false],
      ["connected", false],
    ]);
    expect(steps.filter((step) => step !== "recovered")).toEqual([]);
  });

  test("is reported once, also where it is closed again", async () => {
    const lab = new Lab();
    const [ada, grace] = [lab.manager({}, "ada"), lab.manager({}, "grace")];
    for (const manager of [ada, grace]) await lab.join(manager);
    const causes: unknown[] = [];
    ada.on("recovery", ({ step, cause }) => void causes.push([step, cause]));
    const { connection } = peerOf(ada);
    for (let count = 0; count < 3; count++) connection?.close();
    await lab.clock.runOut();
    const cause = "The application closed the connection.";
    expect(causes).toEqual([
      ["waiting", cause],
      ["rebuilding", cause],
      ["recovered", undefined],
    ]);
  });
});
