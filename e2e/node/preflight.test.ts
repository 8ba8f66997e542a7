import type { EventEmitter } from "node:events";
import { preflight } from "@sig/client";
import { FakeNetwork } from "@sig/client/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Lab } from "./support/lab.js";

const lab = new Lab();

beforeEach(() => lab.serve());
afterEach(() => lab.close());

describe("preflight has its answer of the signaling server", () => {
  const { RTCPeerConnection } = new FakeNetwork();

  it.each<
    [
      when: string,
      options: { autoConnect?: boolean },
      reached: (socket: ReturnType<typeof lab.connect>) => Promise<unknown>,
    ]
  >([
    ["was not connected", { autoConnect: false }, () => Promise.resolve()],
    ["has just begun to connect", {}, () => Promise.resolve()],
    ["is being greeted", {}, (socket) => new Promise((resolve) => socket.io.once("open", () => resolve(undefined)))],
    ["is connected", {}, (socket) => new Promise((resolve) => socket.once("connect", () => resolve(undefined)))],
  ])("over a socket that %s", async (_when, options, reached) => {
    // What it loads when it is first asked is there.
    await preflight(lab.connect(), { RTCPeerConnection });
    const socket = lab.connect(options);
    let greetings = 0;
    lab.host.engine.on("connection", (raw: EventEmitter) =>
      raw.on(
        "packet",
        ({ data }: { data?: unknown }) => typeof data === "string" && data.startsWith("0") && (greetings += 1),
      ),
    );
    await reached(socket);
    expect(await preflight(socket, { RTCPeerConnection })).toMatchObject({ signaling: "answered" });
    expect(socket.connected).toBe(true);
    // Where the namespace is asked for twice, a server may close the connection.
    expect(greetings).toBe(1);
  });
});
