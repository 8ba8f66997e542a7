import { describe, expect, it } from "vitest";
import { readVectors } from "../../protocol/test/vectors.js";
import { readOptions } from "../src/options.js";
import type { ServerMessage } from "../src/signaling/signaling-channel.js";
import { SocketIoChannel } from "../src/signaling/socket-io-channel.js";
import type { Socket } from "../src/signaling/socket-io.js";

/** Only what is received matters here. */
class ReceivingSocket implements Socket {
  readonly connected = true;
  readonly active = true;
  readonly #listeners = new Map<string, (payload: unknown) => void>();

  on(event: string, listener: (payload: unknown) => void): void {
    this.#listeners.set(event, listener);
  }

  hear(event: string, payload: unknown): void {
    this.#listeners.get(event)?.(payload);
  }

  off(): void {
    this.#listeners.clear();
  }

  connect(): void {
    throw new Error("it is connected");
  }

  disconnect(): void {
    throw new Error("it is the app's");
  }

  emit(): void {
    throw new Error("nothing is sent here");
  }

  timeout(): Socket {
    return this;
  }
}

function channelOn(socket: Socket): ServerMessage[] {
  const messages: ServerMessage[] = [];
  const unexpected = (): void => {
    throw new Error("nothing has happened to the connection");
  };
  new SocketIoChannel(socket, readOptions({})).open({
    joinOnConnect: () => undefined,
    connected: unexpected,
    disconnected: unexpected,
    message: (message) => void messages.push(message),
  });
  return messages;
}

// Gathered notices are read one by one: socket-io-channel.test.ts.
const files = readVectors().filter(({ direction, event }) => direction === "server" && event !== "notices");

describe.each(files)("what a server says as '$event'", ({ event, cases }) => {
  it("is read where it is valid, and dropped without a word where it is not", () => {
    expect(cases.some(({ valid }) => valid)).toBe(true);
    expect(cases.some(({ valid }) => !valid)).toBe(true);
    for (const { name, payload, valid, reads = payload } of cases) {
      const socket = new ReceivingSocket();
      const messages = channelOn(socket);
      socket.hear(event, payload);
      expect(messages, name).toEqual(valid ? [{ event, payload: reads }] : []);
    }
  });
});
