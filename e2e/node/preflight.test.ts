import type { EventEmitter } from "node:events";
import { preflight } from "@sig/client";
import { FakeNetwork } from "@sig/client/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Lab } from "./support/lab.js";

const lab = new Lab();

beforeEach(() => lab.serve());
afterEach(() => lab.close());

describe("preflight gets an answer of the signaling server", () => {
  const { RTCPeerConnection } = new FakeNetwork();

  it.each<
    [
      when: string,
      options: { autoConnect?: boolean },
      reached: (socket: ReturnType<typeof lab.connect>) => Promise<unknown>,
    ]
  >([
    ["is not connected", { autoConnect: false }, () => Promise.resolve()],
    ["starts to connect", {}, () => Promise.resolve()],
    [
      "is at the namespace handshake",
      {},
      (socket) => new Promise((resolve) => socket.io.once("open", () => resolve(undefined))),
    ],
    ["is connected", {}, (socket) => new Promise((resolve) => socket.once("connect", () => resolve(undefined)))],
  ])("over a socket that %s", async (_when, options, reached) => {
    // Its lazy parts are loaded then.
    await preflight(lab.connect(), { RTCPeerConnection });
    const socket = lab.connect(options);
    let handshakes = 0;
    lab.io.engine.on("connection", (raw: EventEmitter) =>
      raw.on(
        "packet",
        ({ data }: { data?: unknown }) => typeof data === "string" && data.startsWith("0") && (handshakes += 1),
      ),
    );
    await reached(socket);
    expect(await preflight(socket, { RTCPeerConnection })).toMatchObject({ signaling: "answered" });
    expect(socket.connected).toBe(true);
    // A server may close a connection that connects to a namespace twice.
    expect(handshakes).toBe(1);
  });
});
