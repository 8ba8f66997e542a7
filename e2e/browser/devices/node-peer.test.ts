import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NodePeers } from "../../support/peers/node-peer.js";
import { withMeeting } from "../support/with-meeting.js";

describe("a peer in Node", () => {
  const meeting = withMeeting();
  let peers: NodePeers;

  beforeAll(async () => {
    peers = await NodePeers.build();
  });

  afterAll(() => peers.remove());

  it("exchanges video and audio with a page of the meeting, and answers in the chat", async () => {
    const { name, enter, errors } = meeting.open();
    const ada = await enter("Ada");
    const bot = meeting.start(peers.start(meeting.url, name));
    await ada.showsEveryVideo(1);
    await Promise.all([bot.receivesVideo(), bot.receivesAudio(), ada.playsSound()]);
    await ada.sendChat("Is anybody there?");
    await ada.waitForChat("Hello Ada, I am a program. You said: Is anybody there?");
    expect(errors).toEqual([]);
  });

  it("is shown by a page that joins after it, and receives a screen shared, stopped and shared again", async () => {
    const { name, enter, errors } = meeting.open();
    const bot = meeting.start(peers.start(meeting.url, name, "--no-tone"));
    await bot.joined();
    const ada = await enter("Ada", { media: "none" });
    await ada.showsEveryVideo(1);
    for (const _time of ["first", "second"]) {
      bot.reports.length = 0;
      await ada.at("screen").click();
      await bot.waitForReport("a track of the screen", ({ event, label }) => event === "track" && label === "screen");
      await bot.receivesVideo();
      await ada.at("screen").click();
      await bot.waitForReport(
        "the end of the screen",
        ({ event, label }) => event === "trackEnded" && label === "screen",
      );
    }
    await ada.showsVideo();
    expect(errors).toEqual([]);
  });

  it("leaves the room at SIGTERM", async () => {
    const { name, enter } = meeting.open();
    const ada = await enter("Ada", { media: "none" });
    const bot = meeting.start(peers.start(meeting.url, name));
    await ada.waitForConnected(1);
    expect(await bot.stop()).toBe(0);
    await ada.waitForConnected(0);
  });
});
