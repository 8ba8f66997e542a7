import { checkClient } from "sig-conformance";
import { describe, expect, it } from "vitest";
import { withLab } from "./lab/with-lab.js";

describe("a page with our client and a camera", () => {
  const lab = withLab();

  it.each(process.env.SIG_LONG === undefined ? (["chromium"] as const) : (["chromium", "firefox"] as const))(
    "passes every rule of the conformance kit in %s",
    async (engine) => {
      const { page } = await lab.open("/", { engine });
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
      // One description of the kit is invalid; everything else that its peers send can be applied.
      expect(errors).toEqual(['The step "accept-offer" failed. Other peers are not affected.']);
    },
  );
});
