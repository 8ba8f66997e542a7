import { expect } from "vitest";
import { newKey, type TestClient } from "../client.js";
import { candidateLine, offerOf } from "../device/gateway.js";
import { TestDevice } from "../device/device.js";
import { connectTo } from "../harness.js";

/** In everything that these peers send: whatever carries it, carries a message of ours. */
export const mark = "mark-of-this-test";

const room = `room-${mark}`;

async function joinAs(url: string, name: string): Promise<{ page: TestClient; id: string }> {
  const page = await connectTo(url);
  const { id } = await page.join(room, { key: newKey(), metadata: { name, mark } });
  return { page, id };
}

async function connectDevice(url: string): Promise<{ device: TestDevice; id: string }> {
  const device = await TestDevice.connect(url, { room, name: mark });
  const { id } = await device.next();
  return { device, id: String(id) };
}

/** An offer with the mark in a line of its own. */
const offer = offerOf().replace("t=0 0", `i=${mark}\r\nt=0 0`);

/** Two pages negotiate. */
async function negotiate(ada: { page: TestClient; id: string }, bob: { page: TestClient; id: string }): Promise<void> {
  await ada.page.call("offer", { room, to: bob.id, sdp: offer });
  expect(await bob.page.next("offer")).toMatchObject({ from: ada.id, sdp: offer });
  await bob.page.call("answer", { room, to: ada.id, sdp: offer });
  expect(await ada.page.next("answer")).toMatchObject({ from: bob.id, sdp: offer });
  const candidate = { sdpMid: mark, sdpMLineIndex: 0, sdp: candidateLine(1) };
  await ada.page.call("candidate", { room, to: bob.id, candidate });
  expect(await bob.page.next("candidate")).toMatchObject({ from: ada.id, candidate });
}

/** A page offers to a device, which answers. */
async function callDevice(page: TestClient, device: TestDevice, ids: { page: string; device: string }): Promise<void> {
  await page.call("offer", { room, to: ids.device, sdp: offer });
  expect(await device.next()).toMatchObject({ type: "offer", from: ids.page, sdp: offer });
  device.send({ type: "answer", sdp: offer });
  expect(await page.next("answer")).toMatchObject({ from: ids.device, sdp: offer });
}

/** Everything that pages and devices of two nodes do with each other, by the addresses of the nodes. */
export async function exchange(one: string, two: string): Promise<void> {
  const ada = await joinAs(one, "Ada");
  const bob = await joinAs(two, "Bob");
  expect(await ada.page.next("joined")).toMatchObject({ id: bob.id, metadata: { name: "Bob" } });
  await negotiate(ada, bob);
  await negotiate(bob, ada);
  await ada.page.call("message", { room, type: "chat", data: mark });
  expect(await bob.page.next("message")).toMatchObject({ from: ada.id, data: mark });
  await bob.page.call("metadata", { room, metadata: { name: mark } });
  expect(await ada.page.next("metadata")).toMatchObject({ id: bob.id, metadata: { name: mark } });

  const [first, second] = [await connectDevice(one), await connectDevice(two)];
  // Before that an offer from the other node finds nobody.
  for (const { page } of [ada, bob])
    for (const { id } of [first, second]) expect(await page.next("joined")).toMatchObject({ id });
  await callDevice(ada.page, second.device, { page: ada.id, device: second.id });
  await callDevice(bob.page, first.device, { page: bob.id, device: first.id });
  await ada.page.call("exit", { room });
  expect(await bob.page.next("exit")).toMatchObject({ from: ada.id, reason: "left" });
}

/** Two pages of one node, in a room with one of another node, negotiate. */
export async function negotiateOn(
  one: string,
  two: string,
  onNegotiation: (negotiate: () => Promise<void>) => Promise<void>,
): Promise<void> {
  await joinAs(two, "Witness");
  const [ada, bob] = [await joinAs(one, "Ada"), await joinAs(one, "Bob")];
  await onNegotiation(() => negotiate(ada, bob));
}
