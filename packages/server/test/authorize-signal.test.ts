import { peerIdFromKey, type SignalingFault, type SignalingOptions } from "@sig/server";
import { describe, expect, it } from "vitest";
import { newKey } from "./client.js";
import { settled, startMemoryService } from "./memory-service.js";

/** A service that lets its guests wait until their signal is aborted, as a waiting room does. */
function startWaitingRoom(options: SignalingOptions = {}) {
  const signals: AbortSignal[] = [];
  const service = startMemoryService({
    authorize: ({ signal, token }) => {
      signals.push(signal);
      if (token === "admitted") return true;
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error));
      });
    },
    ...options,
  });
  const faults: SignalingFault[] = [];
  service.signaling.on("error", (fault) => faults.push(fault));
  return { ...service, signals, faults };
}

type Service = ReturnType<typeof startWaitingRoom>;
type Guest = ReturnType<Service["connect"]>;

describe("U24: the signal of a question to the application is aborted when", () => {
  it.each<[string, (guest: Guest, service: Service, key: string) => unknown, string]>([
    ["the guest leaves", (guest) => guest.call("exit", { room: "r" }), "NOT_IN_ROOM"],
    ["the guest disconnects", (guest) => guest.disconnect(), "NOT_IN_ROOM"],
    ["another join takes its place", (guest, _, key) => void guest.join("r", { key, token: "other" }), "NOT_IN_ROOM"],
    ["it is kicked", (_, { signaling }, key) => signaling.kick("r", peerIdFromKey(key)), "KICKED"],
    ["the service closes", (_, { signaling }) => signaling.close(), "CLOSING"],
    ["the answer takes too long", (_, { clock }) => clock.advance(5_000), "INTERNAL"],
  ])("%s", async (_, act, code) => {
    const service = startWaitingRoom();
    const guest = service.connect();
    const key = newKey();
    const joining = guest.join("r", { key });
    expect(service.signals.map(({ aborted }) => aborted)).toEqual([false]);
    await act(guest, service, key);
    expect(service.signals[0]?.aborted).toBe(true);
    expect(await joining).toMatchObject({ ok: false, code });
    await settled();
    // A promise that rejects for this reason is not a failure; that it took too long is one.
    expect(service.faults).toHaveLength(code === "INTERNAL" ? 1 : 0);
    await service.signaling.close();
  });

  it("a guest leaves that only tests its ICE servers", async () => {
    const { connect, signals, faults } = startWaitingRoom();
    const guest = connect();
    void guest.call("iceServers", { room: "r" });
    expect(signals[0]?.aborted).toBe(false);
    guest.disconnect();
    expect(signals[0]?.aborted).toBe(true);
    await settled();
    expect(faults).toEqual([]);
  });

  it("never for a guest that was admitted and stays", async () => {
    const { connect, signals } = startWaitingRoom();
    const guest = connect();
    await guest.join("r", { key: newKey(), token: "admitted" });
    await guest.call("message", { room: "r", type: "x", data: 1 });
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  });

  it("no timer of the question is left behind", async () => {
    const { connect, clock } = startWaitingRoom();
    const guest = connect();
    const before = clock.pending;
    const joining = guest.join("r", { key: newKey() });
    expect(clock.pending).toBe(before + 1);
    await guest.call("exit", { room: "r" });
    await joining;
    expect(clock.pending).toBe(before);
  });
});
