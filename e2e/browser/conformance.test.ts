import { checkClient } from "sig-conformance";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LabServer } from "./lab/lab.js";
import { openLab } from "./lab/pair.js";
import { Browsers } from "./support/pairings.js";

describe("A page with our client and a camera", () => {
  const browsers = new Browsers();
  let server: LabServer;

  beforeAll(async () => {
    server = await LabServer.start();
  });

  afterAll(async () => {
    await browsers.close();
    await server.close();
  });

  it.each(process.env.SIG_LONG === undefined ? (["chromium"] as const) : (["chromium", "firefox"] as const))(
    "in %s passes every rule of the kit",
    async (engine) => {
      const { page } = await openLab(await browsers.get(engine), server);
      const errors: string[] = [];
      page.on("console", (line) => line.text().includes("step") && errors.push(line.text()));
      const join = (to: { url: string; room: string }): Promise<void> =>
        page.evaluate(async ({ url, room }) => {
          window.manager = new window.lab.PeerManager(
            window.lab.io(url, { transports: ["websocket"], reconnectionDelay: 100 }),
            { recovery: { rejoinDelayMs: 50 } },
          );
          window.manager.on("error", ({ message }) => console.log(message));
          window.manager.publish(await window.lab.media(), { label: "camera" });
          await window.manager.join(room);
        }, to);
      const report = await checkClient({ onReady: (to) => void join(to) });
      expect(report.results.filter(({ status }) => status !== "passed")).toEqual([]);
      expect(report.passed).toBeGreaterThan(20);
      // The kit sends one invalid description; every other one can be applied.
      expect(errors).toEqual(['The step "accept-offer" failed. Other peers are not affected.']);
    },
  );
});
