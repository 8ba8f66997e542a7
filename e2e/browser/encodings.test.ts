import { expect, it } from "vitest";
import { joinLab, receivesFrames, rejoinLab, type LabPage } from "./lab/lab-page.js";
import { withLab } from "./lab/with-lab.js";
import { describePairings } from "./support/pairings.js";

/** How an application leaves time between `getParameters` and `setParameters`. */
type Pause = "none" | "microtasks" | "tasks";

/**
 * Limits what every sender encodes of every peer that is connected, for the first time or again. The outcomes are in
 * `window.kept.outcomes`, one for each sender.
 */
function limitEncodings({ page }: LabPage, pause: Pause): Promise<void> {
  return page.evaluate((pause) => {
    const outcomes: string[] = [];
    window.kept.outcomes = outcomes;
    const limit = async (sender: RTCRtpSender): Promise<void> => {
      try {
        const parameters = sender.getParameters();
        for (const encoding of parameters.encodings) encoding.maxBitrate = 300_000;
        if (pause === "microtasks") for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
        if (pause === "tasks") await new Promise((resolve) => setTimeout(resolve, 5));
        await sender.setParameters(parameters);
        outcomes.push(sender.getParameters().encodings[0]?.maxBitrate === 300_000 ? "set" : "not set");
      } catch (error) {
        outcomes.push(String(error));
      }
    };
    window.manager.on("peerState", (peer, state) => {
      if (state !== "connected") return;
      for (const sender of peer.connection?.getSenders() ?? []) if (sender.track !== null) void limit(sender);
    });
  }, pause);
}

async function outcomes({ page }: LabPage, count: number): Promise<string[]> {
  return page.evaluate(async (count) => {
    const outcomes = window.kept.outcomes as string[];
    await window.lab.until(
      () => outcomes.length,
      (length) => length >= count,
    );
    return outcomes;
  }, count);
}

describePairings("the application's own encodings", ["chromium chromium", "firefox firefox"], ([engine]) => {
  const lab = withLab({ engine });
  // Firefox forgets parameters with the task in which they were asked for, as W3C webrtc-pc section 5.2 says.
  const pauses: Pause[] = engine === "chromium" ? ["none", "microtasks", "tasks"] : ["microtasks"];

  it.each(pauses)("V04: can be set whenever a peer is connected, with a pause of %s", async (pause) => {
    const [sender, viewer] = await Promise.all([lab.open(), lab.open()]);
    const room = `encodings ${pause}`;
    await joinLab(sender, room, { camera: true });
    await sender.page.evaluate(async () => {
      window.manager.publish(await window.lab.media({ audio: true }), { label: "screen" });
    });
    await limitEncodings(sender, pause);
    await joinLab(viewer, room);
    for (let round = 1; round < 4; round += 1) {
      await outcomes(sender, 3 * round);
      await rejoinLab(viewer, room, sender);
    }
    expect(await outcomes(sender, 12)).toEqual(Array.from({ length: 12 }, () => "set"));
    await receivesFrames(viewer);
  });
});
