import { setTimeout as wait } from "node:timers/promises";
import { WebSocket } from "ws";

/** @typedef {import("./wires.mjs").Wire} Wire */

/** One client of a server, on a WebSocket alone. */
export class Peer {
  id = "";
  room = "";
  /** @type {string | undefined} */
  key;
  relayed = 0;
  /** Texts about rooms. */
  notices = 0;
  index;
  ready;
  #wire;
  #socket;
  #onReady = () => {};

  /**
   * @param {Wire} wire
   * @param {number} port
   * @param {number} index
   */
  constructor(wire, port, index) {
    this.index = index;
    this.#wire = wire;
    /** @type {Promise<void>} */
    this.ready = new Promise((resolve, reject) => {
      this.#onReady = resolve;
      this.#socket = new WebSocket(`ws://127.0.0.1:${String(port)}${wire.path(index)}`, { perMessageDeflate: false });
      this.#socket.on("open", () => wire.open?.(this));
      this.#socket.on("message", (data) => this.#receive(data.toString()));
      this.#socket.on("error", reject);
    });
  }

  isReady() {
    this.#onReady();
  }

  /** @param {string} text */
  send(text) {
    this.#socket?.send(text);
  }

  /** @param {string} room */
  join(room) {
    this.room = room;
    for (const text of this.#wire.join?.(this, room) ?? []) this.send(text);
  }

  /** Drops the connection, as a cut network does. */
  drop() {
    this.#socket?.terminate();
  }

  /** @param {string} text */
  #receive(text) {
    const kind = this.#wire.read(this, text);
    if (kind === "ready") this.isReady();
    else if (kind === "relayed") this.relayed += 1;
    else if (kind !== undefined) this.notices += 1;
  }
}

let made = 0;

/**
 * Connects many, a hundred at a time.
 *
 * @param {{ wire: Wire, port: number }} server
 * @param {number} count
 */
export async function connect({ wire, port }, count) {
  /** @type {Peer[]} */
  const peers = [];
  while (peers.length < count) {
    const batch = Array.from({ length: Math.min(100, count - peers.length) }, () => new Peer(wire, port, (made += 1)));
    await Promise.all(batch.map(({ ready }) => ready));
    peers.push(...batch);
  }
  return peers;
}

/**
 * Resolves when nothing more arrives about rooms.
 *
 * @param {Peer[]} peers
 */
export async function quiet(peers) {
  for (let before = -1, now = count(peers); before !== now; now = count(peers)) {
    before = now;
    await wait(250);
  }
}

/** @param {Peer[]} peers */
function count(peers) {
  return peers.reduce((sum, { notices }) => sum + notices, 0);
}
