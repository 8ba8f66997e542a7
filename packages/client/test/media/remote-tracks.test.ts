import { expect, test } from "vitest";
import type { PeerManager, RemoteTrack } from "../../src/index.js";
import { fakeStream, fakeTrack, recordEvents } from "../../src/testing/index.js";
import { Lab } from "../membership/lab.js";

async function pair(lab: Lab): Promise<[PeerManager<never>, PeerManager<never>]> {
  const managers = [lab.manager({}, "ada"), lab.manager({}, "grace")] as const;
  for (const manager of managers) await lab.join(manager);
  return [...managers];
}

/** The only peer of a manager. */
function peerOf({ peers }: PeerManager<never>): NonNullable<ReturnType<typeof peers.get>> {
  const [peer] = peers.values();
  if (peer === undefined) throw new Error("There is no peer.");
  return peer;
}

function inWords(tracks: readonly RemoteTrack[]): string[] {
  return tracks.map(({ kind, label, muted }) => `${String(label)} ${kind}${muted ? " muted" : ""}`);
}

/** A class of connections whose message channel is recorded in `sent`, and can be written to by `write`. */
function recordingClass(
  lab: Lab,
  host: string,
): { connection: typeof RTCPeerConnection; sent: string[]; write(text: string): void } {
  const sent: string[] = [];
  let channel: RTCDataChannel | undefined;
  class Recording extends lab.network.connectionClass(host) {
    override createDataChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
      const made = super.createDataChannel(label, init);
      const send = made.send.bind(made) as (text: string) => void;
      made.send = (text: unknown) => {
        sent.push(String(text));
        send(String(text));
      };
      channel = made;
      return made;
    }
  }
  return { connection: Recording, sent, write: (text) => channel?.send(text) };
}

test("V21: `peer.tracks` has what arrives now, as a new array at each change, before its listeners run", async () => {
  const lab = new Lab();
  const [ada, grace] = await pair(lab);
  const peer = peerOf(grace);
  const arrays: (readonly RemoteTrack[])[] = [peer.tracks];
  const inListeners: string[][] = [];
  for (const event of ["track", "trackMuted", "trackEnded"] as const)
    peer.on(event, ({ track }) => {
      inListeners.push([event, ...inWords(peer.tracks), String(peer.tracks.some((one) => one.track === track))]);
      arrays.push(peer.tracks);
    });
  const stream = fakeStream("video");
  const camera = ada.publish(stream, { label: "camera" });
  await lab.clock.runOut();
  camera.mute();
  await lab.clock.runOut();
  camera.unmute();
  await lab.clock.runOut();
  camera.stop();
  await lab.clock.runOut();
  expect(inListeners).toEqual([
    ["track", "camera video", "true"],
    ["trackMuted", "camera video muted", "true"],
    ["trackMuted", "camera video", "true"],
    ["trackEnded", "false"],
  ]);
  expect(new Set(arrays).size).toBe(5);
  expect(arrays.map(({ length }) => length)).toEqual([0, 1, 1, 1, 0]);
});

test("V21: the tracks of a replaced connection are replaced, and those of a peer that left are gone", async () => {
  const lab = new Lab();
  const [ada, grace] = await pair(lab);
  const camera = ada.publish(fakeStream("audio", "video"), { label: "camera" });
  camera.mute("audio");
  await lab.clock.runOut();
  const peer = peerOf(grace);
  const before = peer.tracks;
  expect(inWords(before)).toEqual(["camera audio muted", "camera video"]);
  peer.connection?.close();
  await lab.clock.runOut();
  expect(inWords(peer.tracks).sort()).toEqual(["camera audio muted", "camera video"]);
  expect(before.some(({ track }) => peer.tracks.some((now) => now.track === track))).toBe(false);
  await lab.clock.settle(ada.leave());
  await lab.clock.runOut();
  expect(peer.tracks).toEqual([]);
});

test("mute reaches peer and manager as `trackMuted`, once for each change, and newcomers as they come", async () => {
  const lab = new Lab();
  const [ada, grace] = await pair(lab);
  const seen = recordEvents(grace);
  const camera = ada.publish(fakeStream("audio", "video"), { label: "camera" });
  await lab.clock.runOut();
  camera.mute("audio");
  camera.mute("audio");
  await lab.clock.runOut();
  camera.mute();
  await lab.clock.runOut();
  const late = lab.manager({}, "late");
  await lab.join(late);
  const adaForLate = late.peers.get(ada.id ?? "");
  expect(inWords(adaForLate?.tracks ?? [])).toEqual(["camera audio muted", "camera video muted"]);
  camera.unmute();
  await lab.clock.runOut();
  const from = ada.id?.slice(0, 6) ?? "";
  expect(seen.lines.filter((line) => line.startsWith("trackMuted"))).toEqual([
    `trackMuted audio camera true from ${from}`,
    `trackMuted video camera true from ${from}`,
    `trackMuted audio camera false from ${from}`,
    `trackMuted video camera false from ${from}`,
  ]);
});

test("what was muted before it was published arrives muted", async () => {
  const lab = new Lab();
  const [ada, grace] = await pair(lab);
  ada.publish(fakeTrack("audio"), { label: "microphone" }).mute();
  await lab.clock.runOut();
  expect(peerOf(grace).tracks.map(({ muted }) => muted)).toEqual([true]);
});

test("mute is sent while the signaling server is away, and over a connection that replaces another", async () => {
  const lab = new Lab();
  const [ada, grace] = await pair(lab);
  const camera = ada.publish(fakeTrack("video"));
  await lab.clock.runOut();
  lab.signaling.stop();
  await lab.clock.advance(1000);
  camera.mute();
  await lab.clock.advance(1000);
  expect(peerOf(grace).tracks.map(({ muted }) => muted)).toEqual([true]);
});

test("mute is sent once the channel opens unless it is empty, at each change, and counts as no message", async () => {
  const lab = new Lab();
  const { connection, sent } = recordingClass(lab, "ada");
  const [ada, grace] = [lab.manager({ RTCPeerConnection: connection }, "ada"), lab.manager({}, "grace")];
  const messages: unknown[] = [];
  grace.on("message", ({ data }) => messages.push(data));
  const muted = ada.publish(fakeStream("audio", "video"));
  await lab.join(ada);
  await lab.join(grace);
  const mutes = (): string[] => sent.filter((text) => text.includes("mute"));
  expect(mutes()).toEqual([]);
  muted.mute("video");
  muted.mute("video");
  await lab.clock.runOut();
  for (let count = 0; count < 40; count++) ada.send("n" as never, count);
  muted.unmute();
  await lab.clock.runOut();
  expect(mutes().map((text) => JSON.parse(text) as unknown)).toEqual([
    { event: "mute", muted: [expect.stringMatching(/./)] },
    { event: "mute", muted: [] },
  ]);
  expect(messages).toHaveLength(40);
  // What counts is sent again over another connection, and nothing else.
  peerOf(grace).connection?.close();
  await lab.clock.runOut();
  ada.send("n" as never, 40);
  await lab.clock.runOut();
  expect(messages).toEqual(Array.from({ length: 41 }, (_, at) => at));
  expect(mutes()).toHaveLength(2);
});

test("mute is not sent to a peer that has not declared the feature", async () => {
  const lab = new Lab();
  const { connection, sent } = recordingClass(lab, "ada");
  const ada = lab.manager({ RTCPeerConnection: connection }, "ada");
  await lab.join(ada);
  const socket = lab.signaling.socket();
  const emit = socket.emit.bind(socket);
  socket.emit = (event: string, payload: object, ...rest: unknown[]) =>
    emit(event, { ...payload, features: undefined }, ...(rest as []));
  const old = lab.manager({ socket }, "old");
  await lab.join(old);
  ada.publish(fakeTrack("video")).mute();
  await lab.clock.runOut();
  expect([peerOf(old).state, peerOf(old).tracks.length]).toEqual(["connected", 1]);
  expect(sent.filter((text) => text.includes("mute"))).toEqual([]);
});

test("a hostile `mute` changes nothing, and what follows it still counts", async () => {
  const lab = new Lab();
  const { connection, write } = recordingClass(lab, "ada");
  const [ada, grace] = [lab.manager({ RTCPeerConnection: connection }, "ada"), lab.manager({}, "grace")];
  const seen = recordEvents(grace);
  ada.publish(fakeStream("video"));
  for (const manager of [ada, grace]) await lab.join(manager);
  const mid = peerOf(grace).connection?.getTransceivers()[0]?.mid ?? "";
  const many = Array.from({ length: 65 }, () => mid);
  for (const muted of [mid, { 0: mid }, [[mid]], [mid, 1], many, ["m".repeat(129), mid], null, undefined])
    write(JSON.stringify({ event: "mute", muted }));
  write(JSON.stringify({ event: "mute", muted: ["elsewhere", "__proto__"] }));
  await lab.clock.runOut();
  expect([
    peerOf(grace).tracks.map(({ muted }) => muted),
    seen.lines.filter((line) => /muted|error/i.test(line)),
  ]).toEqual([[false], []]);
  write(JSON.stringify({ event: "mute", muted: [mid] }));
  await lab.clock.runOut();
  expect(peerOf(grace).tracks.map(({ muted }) => muted)).toEqual([true]);
});
