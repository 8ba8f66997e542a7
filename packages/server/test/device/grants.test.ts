import { grant, Unauthorized, type SignalingFault } from "@sig/server";
import { describe, expect, it } from "vitest";
import { FakeClock, fakeEpochMs } from "../fake-clock.js";
import { TestDevice } from "./device.js";
import { startGateway } from "./gateway.js";

const room = "front door";
const minute = 60_000;

describe("U09: a grant for a device", () => {
  it("of the gateway's `authorize` says who it is, and that of the signaling counts where both grant", async () => {
    const { device, viewer, signaling } = await startGateway(
      { authorize: ({ token }) => (token === "t" ? grant({ attributes: { kind: "camera" } }) : true) },
      { authorize: () => grant({ user: "camera-7", attributes: { kind: "device" } }) },
    );
    const { id } = await device(room, { token: "t" });
    expect(await signaling.find({ user: "camera-7" })).toMatchObject([{ id, room, attributes: { kind: "camera" } }]);
    const { page } = await viewer(room);
    const peers = [{ id, attributes: { kind: "camera" } }];
    expect(page.received("created")).toMatchObject([["created", { peers }]]);
    expect(await signaling.kick(room, { user: "camera-7" })).toBe(1);
    expect(await page.next("exit")).toEqual({ from: id, room, reason: "kicked" });
  });

  it("that is invalid rejects it for good, and is reported with what to do", async () => {
    const { url, signaling } = await startGateway(
      {},
      { authorize: () => ({ user: "camera-7", expiresAt: 1_900_000_000 }) },
    );
    const faults: SignalingFault[] = [];
    signaling.on("error", (fault) => faults.push(fault));
    const device = await TestDevice.connect(url, { room });
    expect(await device.next()).toMatchObject({ type: "rejected", code: "UNAUTHORIZED" });
    expect(await device.closed).toBe(1008);
    expect(faults.map(({ message }) => message)).toEqual([expect.stringMatching(/looks like seconds/)]);
  });

  it("with an end is renewed by asking about its token again; a rejection ends it as `expired`", async () => {
    const clock = new FakeClock();
    const asked: (string | undefined)[] = [];
    const { device, viewer } = await startGateway(
      { clock },
      {
        // Its own clock: no pings meanwhile.
        authorize: ({ token }) => {
          asked.push(token);
          if (asked.length === 3) throw new Unauthorized();
          return grant({ expiresAt: fakeEpochMs + asked.length * minute });
        },
        clock: new FakeClock(),
      },
    );
    const { device: camera, id } = await device(room, { token: "t" });
    const { page } = await viewer(room);
    clock.advance(minute);
    await camera.roundTrip();
    expect(asked).toEqual(["t", "t"]);
    clock.advance(minute);
    expect(await page.next("exit")).toEqual({ from: id, room, reason: "expired" });
    expect(await camera.next()).toEqual({ type: "exit", from: id, reason: "expired" });
    expect(await camera.closed).toBe(1008);
    expect(asked).toEqual(["t", "t", "t"]);
  });

  it("ends at the earlier of two ends", async () => {
    const clock = new FakeClock();
    const reasons: string[] = [];
    const { device } = await startGateway(
      {
        clock,
        authorize: ({ reason }) => {
          reasons.push(reason);
          return grant({ expiresAt: fakeEpochMs + clock.now() + minute });
        },
      },
      { authorize: () => grant({ expiresAt: fakeEpochMs + clock.now() + 2 * minute }), clock: new FakeClock() },
    );
    const { device: camera } = await device(room);
    clock.advance(minute);
    await camera.roundTrip();
    expect(reasons).toEqual(["join", "renewal"]);
  });

  it("that fails to be renewed is tolerated for the grace time, and reported", async () => {
    const clock = new FakeClock();
    let isDown = false;
    const { device, signaling } = await startGateway(
      { clock },
      {
        authorize: () => {
          if (isDown) throw new Error("login server down");
          return grant({ expiresAt: fakeEpochMs + clock.now() + minute });
        },
        clock: new FakeClock(),
      },
    );
    const faults: SignalingFault[] = [];
    signaling.on("error", (fault) => faults.push(fault));
    const { device: camera } = await device(room);
    isDown = true;
    clock.advance(minute);
    await camera.roundTrip();
    expect(faults.map(({ source }) => source)).toEqual(["authorize"]);
    isDown = false;
    clock.advance(1_000);
    await camera.roundTrip();
    expect(await signaling.peers(room)).toHaveLength(1);
  });

  it("comes before any ICE servers: a device that is not admitted yet gets none", async () => {
    const { url, signaling } = await startGateway(
      { iceServers: [{ urls: "turn:x", username: "u", credential: "c" }] },
      { authorize: () => new Promise<boolean>(() => undefined), authorizeTimeoutMs: 200 },
    );
    const device = await TestDevice.connect(url, { room });
    device.send({ type: "config" });
    expect(await device.next()).toMatchObject({ type: "rejected", code: "UNAUTHORIZED" });
    expect(await device.next()).toMatchObject({ type: "rejected", code: "INTERNAL" });
    expect(await signaling.rooms()).toEqual([]);
  });
});
