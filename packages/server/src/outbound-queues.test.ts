import { EventEmitter } from "node:events";
import { beforeEach, describe, expect, it } from "vitest";
import { OutboundQueues } from "./outbound-queues.js";

/** Engine.IO as far as it counts: packets wait while the transport has a batch. */
class FakeConnection extends EventEmitter {
  closed = false;
  #waiting = 0;
  #busy = false;

  write(data?: string | Uint8Array): void {
    this.emit("packetCreate", { type: "message", data });
    this.#waiting += 1;
    this.#flush();
  }

  /** The operating system has taken the batch. */
  taken(): void {
    this.#busy = false;
    this.#flush();
  }

  close(): void {
    this.closed = true;
    this.emit("close");
  }

  #flush(): void {
    if (this.#busy || this.#waiting === 0) return;
    this.#waiting = 0;
    this.#busy = true;
    this.emit("drain");
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const eventNames = ["packetCreate", "drain"];

/** Watches a connection for a socket; returns what ends it. */
function watch(
  queues: OutboundQueues,
  connection: Parameters<OutboundQueues["watch"]>[0],
  onOverflow: (closes: boolean) => void,
): () => void {
  const reader = { onOverflow };
  queues.watch(connection, reader);
  return () => queues.unwatch(connection, reader);
}

describe("OutboundQueues", () => {
  let connection: FakeConnection;
  let queues: OutboundQueues;
  let cuts: boolean[];
  let stop: () => void;
  beforeEach(() => {
    connection = new FakeConnection();
    queues = new OutboundQueues(1_000);
    cuts = [];
    stop = watch(queues, connection, (closes) => cuts.push(closes));
  });

  const send = (bytes: number): void => queues.count(() => connection.write("x".repeat(bytes)));

  it("U13: a reader that reads nothing is cut off at the bound, and its connection is closed", async () => {
    for (let packet = 0; packet < 10; packet += 1) send(100);
    await settled();
    expect([cuts, connection.closed]).toEqual([[], false]);
    send(100);
    await settled();
    expect([cuts, connection.closed]).toEqual([[true], true]);
  });

  it("U13: what was taken counts no more, however much it was", async () => {
    for (let batch = 0; batch < 100; batch += 1) {
      send(900);
      connection.taken();
    }
    for (let batch = 0; batch < 100; batch += 1) {
      send(300);
      send(600);
      connection.taken();
      connection.taken();
    }
    await settled();
    expect(cuts).toEqual([]);
  });

  it("U13: one packet may be larger than the bound", async () => {
    send(5_000);
    connection.taken();
    send(5_000);
    await settled();
    expect(cuts).toEqual([]);
  });

  it("U13: bytes and texts count, packets without either do not", async () => {
    for (let packet = 0; packet < 100; packet += 1) queues.count(() => connection.write());
    queues.count(() => connection.write(new Uint8Array(600)));
    queues.count(() => connection.write(new Uint8Array(600)));
    await settled();
    expect(cuts).toEqual([true]);
  });

  it("U13: what the application sends is not counted, and its connection stays open", async () => {
    for (let packet = 0; packet < 100; packet += 1) connection.write("y".repeat(1_000));
    await settled();
    expect(cuts).toEqual([]);
    for (let packet = 0; packet < 11; packet += 1) send(100);
    await settled();
    expect([cuts, connection.closed]).toEqual([[false], false]);
  });

  it("U13: all sockets of one connection share the bound, and are cut off together", async () => {
    watch(queues, connection, (closes) => cuts.push(closes));
    for (let packet = 0; packet < 11; packet += 1) send(100);
    await settled();
    expect(cuts).toEqual([true, true]);
  });

  it("U13: a socket that comes back over a connection that is full finds it full", async () => {
    connection.write("y".repeat(10_000));
    for (let packet = 0; packet < 11; packet += 1) send(100);
    await settled();
    stop();
    watch(queues, connection, () => cuts.push(false));
    send(1);
    await settled();
    expect(cuts).toEqual([false, false]);
  });

  it("U13: removes its listeners with the last socket, once nothing waits", async () => {
    const count = () => eventNames.map((name) => connection.listenerCount(name));
    const stopSecond = watch(queues, connection, () => undefined);
    expect(count()).toEqual([1, 1]);
    stop();
    stop();
    expect(count()).toEqual([1, 1]);
    send(100);
    send(100);
    stopSecond();
    expect(count(), "something waits").toEqual([1, 1]);
    connection.taken();
    expect(count()).toEqual([0, 0]);
  });

  it("U13: connections without events are left alone", () => {
    expect(() => watch(queues, {}, () => undefined)()).not.toThrow();
    expect(() => watch(queues, undefined, () => undefined)()).not.toThrow();
  });
});
