import { createRequire } from "node:module";

const requireFromE2e = createRequire(new URL("../../e2e/package.json", import.meta.url));
/** @typedef {(...args: any[]) => void} Listener */
/**
 * @typedef {object} ClientSocket
 * @property {(event: string, payload: object) => void} emit
 * @property {(event: string, listener: Listener) => void} on
 * @property {(event: string, listener: Listener) => void} once
 * @property {(listener: Listener) => void} onAny
 * @property {(listener: Listener) => void} offAny
 * @property {() => void} disconnect
 */
/** @typedef {{ socket: ClientSocket, id: string, received: Record<string, number> }} Peer */
/** @typedef {{ room: string, peers: [Peer, Peer] }} Pair */

/** @type {{ io(url: string, options: object): ClientSocket }} */
const { io } = requireFromE2e("socket.io-client");

const candidatesEach = 8;
/** One exchange: an offer of 3 KB, an answer of the same length, and 16 candidates of 200 bytes. */
export const messagesPerExchange = 2 * (1 + candidatesEach);

const sdp = "a=candidate:3442447574 1 udp 2122260223 192.168.0.170 54653 typ host\r\n".repeat(44).slice(0, 3072);
const line =
  "candidate:3442447574 1 udp 2122260223 192.168.0.170 54653 typ host generation 0 ufrag gX6M network-id 1 ".padEnd(
    200,
    "x",
  );

/**
 * Two connected peers, each in the room with the other.
 *
 * @param {string} url
 * @param {string} room
 * @param {string} [urlOfSecond] if it is on another node
 * @returns {Promise<Pair>}
 */
export async function connectPair(url, room, urlOfSecond = url) {
  const first = await connect(url, room);
  const second = await connect(urlOfSecond, room);
  return { room, peers: [first, second] };
}

/**
 * @param {string} url
 * @param {string} room
 * @returns {Promise<Peer>}
 */
export async function connect(url, room) {
  const socket = io(url, { transports: ["websocket"], forceNew: true, reconnection: false });
  /** @type {Record<string, number>} */
  const received = { offer: 0, answer: 0, candidate: 0 };
  const created = new Promise((resolve) => socket.once("created", resolve));
  const key = `bench-${room}-${Math.random().toString(36).slice(2)}`.padEnd(24, "x");
  socket.emit("createAndJoinRoom", { room, key });
  const { id } = await created;
  const peer = { socket, id, received };
  for (const event of Object.keys(received)) {
    socket.on(event, (/** @type {{ to: string }} */ { to }) => {
      if (to !== id) throw new Error("A message reached the wrong peer.");
      received[event] = (received[event] ?? 0) + 1;
    });
  }
  return peer;
}

/**
 * One exchange; resolves when both have received all of it.
 *
 * @param {Pair} pair
 */
export async function exchange({ room, peers: [first, second] }) {
  const before = [count(first), count(second)];
  const both = Promise.all([receivedAll(first, before[0] ?? 0), receivedAll(second, before[1] ?? 0)]);
  first.socket.emit("offer", { from: first.id, to: second.id, room, sdp });
  second.socket.emit("answer", { from: second.id, to: first.id, room, sdp });
  for (const [sender, target] of [
    [first, second],
    [second, first],
  ]) {
    for (let index = 0; sender !== undefined && target !== undefined && index < candidatesEach; index += 1) {
      sendCandidate(room, sender, target);
    }
  }
  await both;
}

/**
 * One candidate, for the second; resolves when it has arrived.
 *
 * @param {Pair} pair
 */
export async function sendOne({ room, peers: [first, second] }) {
  const arrived = new Promise((resolve) => second.socket.once("candidate", resolve));
  sendCandidate(room, first, second);
  await arrived;
}

/**
 * @param {string} room
 * @param {Peer} sender
 * @param {Peer} target
 */
function sendCandidate(room, sender, target) {
  const candidate = { sdpMid: "0", sdpMLineIndex: 0, sdp: line };
  sender.socket.emit("candidate", { from: sender.id, to: target.id, room, candidate });
}

/** @param {Peer} peer */
function count({ received }) {
  return Object.values(received).reduce((sum, part) => sum + part, 0);
}

/**
 * @param {Peer} peer
 * @param {number} before
 * @returns {Promise<void>}
 */
function receivedAll(peer, before) {
  return new Promise((resolve) => {
    const check = () => {
      if (count(peer) < before + 1 + candidatesEach) return;
      peer.socket.offAny(later);
      resolve();
    };
    // This runs before the listener that counts, so it checks in a microtask.
    const later = () => queueMicrotask(check);
    peer.socket.onAny(later);
  });
}
