import { expect, it } from "vitest";
import { connected, joinLab, receivesFrames, type LabPage } from "./lab/lab-page.js";
import { recordMessages } from "./lab/recorded-messages.js";
import { withLab } from "./lab/with-lab.js";
import { describePairings, everyPairing } from "./support/pairings.js";

interface Message {
  link?: { seq: number };
  more?: Message[];
}

/** The numbers of the candidates in each message that a page has sent. */
const sentNumbers = ({ page }: LabPage): Promise<number[][]> =>
  page.evaluate(() =>
    (window.kept.recorded as string[]).flatMap((text) => {
      const [, payload] = /^42\["candidate",(.*)\]$/s.exec(text) ?? [];
      if (payload === undefined) return [];
      const { link, more = [] } = JSON.parse(payload) as Message;
      return [[link, ...more.map((part) => part.link)].map((each) => each?.seq ?? 0)];
    }),
  );

/** From now on every description of ours is there only once all its candidates are. */
const describeLate = ({ page }: LabPage): Promise<void> =>
  page.evaluate(() => {
    const { prototype } = RTCPeerConnection;
    const describe = Object.getOwnPropertyDescriptor(prototype, "setLocalDescription")?.value as (
      ...args: unknown[]
    ) => Promise<void>;
    Object.assign(prototype, {
      async setLocalDescription(this: RTCPeerConnection, ...args: unknown[]): Promise<void> {
        await describe.apply(this, args);
        if (this.iceGatheringState === "complete") return;
        await new Promise<void>((resolve) => {
          this.addEventListener("icecandidate", ({ candidate }) => {
            if (!candidate?.candidate) resolve();
          });
        });
      },
    });
  });

describePairings("candidates that are ready with an answer", everyPairing, ([first, second]) => {
  const lab = withLab();

  it("travel together behind it, and connect the two", async () => {
    const host = await lab.open(undefined, { engine: first, prepare: recordMessages });
    const newcomer = await lab.open(undefined, { engine: second });
    await describeLate(host);
    await joinLab(host, "bundles", { camera: true });
    await joinLab(newcomer, "bundles", { camera: true });
    await Promise.all([connected(host, 1), connected(newcomer, 1)]);
    await Promise.all([receivesFrames(host), receivesFrames(newcomer)]);
    const [bundle = []] = (await sentNumbers(host)).filter(([seq]) => seq !== 0);
    // The answer has number 1.
    expect(bundle.length).toBeGreaterThan(1);
    expect(bundle).toEqual(bundle.map((_, index) => index + 2));
    expect([...host.errors, ...newcomer.errors]).toEqual([]);
  });
});
