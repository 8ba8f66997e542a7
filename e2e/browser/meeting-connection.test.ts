import { describe, expect, it } from "vitest";
import { withMeeting } from "./support/with-meeting.js";
import { until } from "../support/until.js";

describe("a person in a meeting", () => {
  const meeting = withMeeting();

  it("reads the state of their connection and its reasons, also while the server is away", async () => {
    const { enter } = meeting.open();
    const ada = await enter("Ada", { media: "none" });
    const bo = await enter("Bo", { media: "none" });
    await Promise.all([ada.waitForConnected(1), bo.waitForConnected(1)]);
    expect(await ada.text("connection-words")).toBe("Connected");
    expect(await ada.at("reasons").isVisible()).toBe(false);
    await ada.at("connection").getByText("why?").click();
    await until("the path", async () => (await ada.text("reasons")).includes("Connected directly (udp)."));

    await meeting.stop();
    await Promise.all([ada.waitForState("reconnecting"), bo.waitForState("reconnecting")]);
    await ada.page.getByText("Reconnecting to the server; the call goes on.").waitFor();
    await until("the reason", async () =>
      (await ada.text("reasons")).includes("The signaling server cannot be reached; the call itself continues."),
    );
    expect(await ada.tileStates()).toEqual(["connected"]);
    await meeting.restart();
    await Promise.all([ada.waitForState("joined"), bo.waitForState("joined")]);
    await until("the path alone", async () => (await ada.text("reasons")) === "Connected directly (udp).");
    expect(await ada.tileStates()).toEqual(["connected"]);
  });

  it("copies a report of the call that contains nothing private", async () => {
    const { enter } = meeting.open();
    const ada = await enter("Ada", { media: "none" });
    const bo = await enter("Bobadilla", { media: "none" });
    await Promise.all([ada.waitForConnected(1), bo.waitForConnected(1)]);
    await ada.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await ada.at("copy-report").click();
    await ada.page.getByText("Report copied.").waitFor();
    const report = await ada.page.evaluate(() => navigator.clipboard.readText());
    expect((JSON.parse(report) as { what: string }[]).map(({ what }) => what)).toContain("peer joined");
    for (const secret of ["Bobadilla", "typ host", "127.0.0.1", "fingerprint"]) expect(report).not.toContain(secret);
  });
});
