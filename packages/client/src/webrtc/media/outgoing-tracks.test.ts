import { expect, it } from "vitest";
import { FakeClock, FakeNetwork, fakeStream, fakeTrack } from "../../testing/index.js";
import type { PeerConnection } from "../peer-connection.js";
import { OutgoingTracks } from "./outgoing-tracks.js";
import type { PublishedTrack } from "./transceivers.js";

it("a track that is replaced while the connection is, is sent over the next one and can be stopped there", async () => {
  const network = new FakeNetwork({ clock: new FakeClock() });
  const connect = (): PeerConnection => new (network.connectionClass("ada"))();
  const [before, after] = [connect(), connect()];
  const tracks = new OutgoingTracks();
  const published: PublishedTrack = {
    track: fakeTrack("video"),
    stream: fakeStream("video"),
    label: undefined,
    muted: false,
  };
  tracks.published.add(published);
  await tracks.apply(before);
  const sender = before.getTransceivers()[0]?.sender;
  let replace = (): void => undefined;
  if (sender !== undefined) sender.replaceTrack = () => new Promise((resolve) => (replace = resolve));
  published.track = fakeTrack("video");
  const replaced = tracks.apply(before);
  tracks.detach();
  before.close();
  await tracks.apply(after);
  tracks.published.delete(published);
  replace();
  await replaced.catch(() => undefined);
  await tracks.apply(after);
  expect(after.getTransceivers().map(({ sender: { track } }) => track)).toEqual([null]);
});
