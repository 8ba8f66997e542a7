import { describe, expect, it } from "vitest";
import { pythonTools } from "../../../scripts/lib/tools.mjs";
import { startPythonDevice } from "../../support/peers/python-device.js";
import { reportedErrors, type PeerProgram } from "../../support/peers/program.js";
import { BaseClientPage } from "../lab/base-client-page.js";
import { withMeeting } from "../support/with-meeting.js";

/** In a page: the first frame that each connection sends is lost, as before the other end can decrypt it. */
function loseFirstFrame(): void {
  const worker = new Worker(
    URL.createObjectURL(
      new Blob([
        `onrtctransform = ({ transformer: { readable, writable } }) => {
          let count = 0;
          const lose = new TransformStream({
            transform: (frame, controller) => { if (count++ > 0) controller.enqueue(frame); },
          });
          readable.pipeThrough(lose).pipeTo(writable);
        };`,
      ]),
    ),
  );

  const { addTrack } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.addTrack = function (...args) {
    const sender = addTrack.apply(this, args);
    sender.transform = new RTCRtpScriptTransform(worker);
    return sender;
  };
}

describe.skipIf(!pythonTools.isHere())("a device in Python, with the base protocol over Socket.IO", () => {
  const meeting = withMeeting();

  /** Waits until it has received video from two peers. */
  async function receivesTwoVideos(device: PeerProgram): Promise<void> {
    const first = await device.waitForReport("video", ({ event, kind }) => event === "received" && kind === "video");
    await device.waitForReport(
      "video from another peer",
      ({ event, kind, peer }) => event === "received" && kind === "video" && peer !== first.peer,
    );
  }

  it("answers peers that join before or after it, receives a track on a new connection, and leaves", async () => {
    const { name, enter, errors } = meeting.open();
    const ada = await enter("Ada");
    const device = meeting.start(startPythonDevice(meeting.url, name));
    const id = await device.joined();
    const bo = await enter("Bo", { media: "none" });
    await Promise.all([
      ada.showsVideo(ada.videoOf(id)),
      bo.showsVideo(bo.videoOf(id)),
      device.receivesVideo(),
      device.receivesAudio(),
    ]);
    await bo.at("screen").click();
    await receivesTwoVideos(device);
    await bo.showsVideo(bo.videoOf(id));
    await bo.leave();
    await device.waitForReport("Bo's exit", ({ event }) => event === "left");
    await ada.showsVideo(ada.videoOf(id));
    expect(await device.stop()).toBe(0);
    await ada.waitForConnected(0);
    expect([...errors, ...reportedErrors(device)]).toEqual([]);
  });

  it("requests a key frame of a sender whose first one it has missed", async () => {
    const { name } = meeting.open();
    const device = meeting.start(startPythonDevice(meeting.url, name));
    await device.joined();
    const base = await BaseClientPage.open(meeting, name, loseFirstFrame);
    await device.receivesVideo(await base.id());
    expect(reportedErrors(device)).toEqual([]);
  });

  it("with --offers, offers to peers that joined before it, and answers those that join later", async () => {
    const { name, enter, errors } = meeting.open();
    const ada = await enter("Ada");
    const device = meeting.start(startPythonDevice(meeting.url, name, "--offers"));
    const id = await device.joined();
    await Promise.all([ada.showsVideo(ada.videoOf(id)), device.receivesVideo(), device.receivesAudio()]);
    const bo = await enter("Bo", { media: "none" });
    await bo.showsVideo(bo.videoOf(id));
    await bo.at("screen").click();
    await receivesTwoVideos(device);
    expect([...errors, ...reportedErrors(device)]).toEqual([]);
  });
});
