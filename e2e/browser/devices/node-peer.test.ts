import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NodePeers } from "../../support/peers/node-peer.js";
import { withMeeting } from "./support/suite.js";

describe("a peer in Node", () => {
  const meeting = withMeeting();
  let peers: NodePeers;

  beforeAll(async () => {
    peers = await NodePeers.build();
  });

  afterAll(() => peers.remove());

  it("is seen and heard on the page of the meeting, sees and hears it, and answers what is said", async () => {
    const { name, enter, errors } = meeting.open();
    const ada = await enter("Ada");
    const bot = meeting.start(peers.start(meeting.url, name));
    await ada.seesAll(1);
    await Promise.all([bot.sees(), bot.hears(), ada.hears()]);
    await ada.say("Is anybody there?");
    await ada.reads("Hello Ada, I am a program. You said: Is anybody there?");
    expect(errors).toEqual([]);
  });

  it("is seen by whoever comes after it, and gets what is shared, taken back and shared again", async () => {
    const { name, enter, errors } = meeting.open();
    const bot = meeting.start(peers.start(meeting.url, name, "--no-tone"));
    await bot.joined();
    const ada = await enter("Ada", { media: "none" });
    await ada.seesAll(1);
    for (const _time of ["first", "second"]) {
      bot.reports.length = 0;
      await ada.at("screen").click();
      await bot.says("the screen", ({ event, label }) => event === "track" && label === "screen");
      await bot.sees();
      await ada.at("screen").click();
      await bot.says("the end of the screen", ({ event, label }) => event === "trackEnded" && label === "screen");
    }
    await ada.sees();
    expect(errors).toEqual([]);
  });

  it("leaves at SIGTERM, and the others are told at once", async () => {
    const { name, enter } = meeting.open();
    const ada = await enter("Ada", { media: "none" });
    const bot = meeting.start(peers.start(meeting.url, name));
    await ada.connectsTo(1);
    expect(await bot.stop()).toBe(0);
    await ada.connectsTo(0);
  });
});
