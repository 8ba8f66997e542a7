import { randomBytes } from "node:crypto";

/** @typedef {import("./messages.mjs").Message} Message */
/** @typedef {import("./peer.mjs").Peer} Peer */
/** What a text from the server is: the peer is known to it, another one's message, its list of a room, a notice. */
/** @typedef {"ready" | "relayed" | "created" | "notice" | undefined} Kind */
/**
 * How clients of one server speak.
 *
 * @typedef {object} Wire
 * @property {(index: number) => string} path
 * @property {(peer: Peer) => void} [open]
 * @property {(peer: Peer, text: string) => Kind} read
 * @property {(peer: Peer, room: string) => string[]} [join] absent: the server has no rooms
 * @property {(peer: Peer, to: string, message: Message) => string} encode
 */

/** @type {Wire} */
export const ws = {
  path: () => "/",
  read: (peer, text) => {
    if (text.startsWith('{"to"')) return "relayed";
    const { event, id } = JSON.parse(text);
    if (event === "id") peer.id = id;
    return event === "id" ? "ready" : event === "created" ? "created" : "notice";
  },
  join: (_, room) => [JSON.stringify({ event: "join", room })],
  encode: ({ id }, to, message) => JSON.stringify({ to, from: id, ...message }),
};

/**
 * A client of Socket.IO on a WebSocket alone.
 *
 * @param {(peer: Peer, room: string) => object} fieldsOfJoin
 * @returns {Wire}
 */
function socketIo(fieldsOfJoin) {
  return {
    path: () => "/socket.io/?EIO=4&transport=websocket",
    read: (peer, text) => {
      if (text.startsWith("0")) peer.send("40");
      else if (text === "2") peer.send("3");
      else if (text.startsWith("40")) {
        peer.id = JSON.parse(text.slice(2)).sid;
        return "ready";
      } else if (text.startsWith('42["created"')) {
        peer.id = JSON.parse(text.slice(2))[1].id;
        return "created";
      } else if (/^42\["(offer|answer|candidate)"/.test(text)) return "relayed";
      else if (text.startsWith("42")) return "notice";
      return undefined;
    },
    join: (peer, room) => [`42${JSON.stringify(["createAndJoinRoom", fieldsOfJoin(peer, room)])}`],
    encode: ({ id, room }, to, message) => {
      const content =
        message.kind === "candidate"
          ? { candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: message.line } }
          : { sdp: message.sdp };
      return `42${JSON.stringify([message.kind, { from: id, to, room, ...content }])}`;
    },
  };
}

export const socketIoByHand = socketIo((_, room) => ({ room }));

/** With a key, and the features that our client names. */
export const sig = socketIo((peer, room) => ({
  room,
  key: (peer.key ??= randomBytes(24).toString("base64url")),
  features: ["waiting", "mute", "notices"],
}));

/** @type {Wire} */
export const peerjs = {
  path: (index) => `/peerjs?key=peerjs&id=${peerjsId(index)}&token=t&version=1.5.5`,
  read: (peer, text) => {
    const { type } = JSON.parse(text);
    if (type === "OPEN") peer.id = peerjsId(peer.index);
    return type === "OPEN" ? "ready" : ["OFFER", "ANSWER", "CANDIDATE"].includes(type) ? "relayed" : undefined;
  },
  encode: (_, dst, { kind, ...content }) =>
    JSON.stringify({ type: kind.toUpperCase(), dst, payload: { ...content, type: "data", connectionId: "dc_bench" } }),
};

/** @param {number} index */
function peerjsId(index) {
  return `peer-${String(index)}`;
}

/**
 * It knows no addresses: everything is published to the room, the sender included. What others are meant to receive is
 * not counted.
 *
 * @type {Wire}
 */
export const yWebrtc = {
  path: () => "/",
  open: (peer) => {
    peer.id = `peer-${String(peer.index)}`;
    peer.isReady();
  },
  read: (peer, text) => {
    const { data } = JSON.parse(text);
    if (data.type === "announce") return "notice";
    return data.to === peer.id ? "relayed" : undefined;
  },
  join: ({ id }, room) => [
    JSON.stringify({ type: "subscribe", topics: [room] }),
    JSON.stringify({ type: "publish", topic: room, data: { type: "announce", from: id } }),
  ],
  encode: ({ id, room }, to, signal) =>
    JSON.stringify({ type: "publish", topic: room, data: { type: "signal", from: id, to, signal } }),
};
