import { fileURLToPath } from "node:url";
import * as wires from "./wires.mjs";

/** @typedef {import("./wires.mjs").Wire} Wire */
/** @typedef {{ name: string, program: string, wire: Wire, env?: Record<string, string> }} System */

const program = (/** @type {string} */ name) => fileURLToPath(new URL(`programs/${name}.mjs`, import.meta.url));

/**
 * The servers to compare; the first one is the measure for the others. It is there twice: its difference from itself is
 * the noise.
 *
 * @type {System[]}
 */
export const systems = [
  { name: "Socket.IO by hand", program: program("socket-io"), wire: wires.socketIoByHand },
  { name: "the same again", program: program("socket-io"), wire: wires.socketIoByHand },
  { name: "sig", program: program("sig"), wire: wires.sig },
  { name: "sig, `relayParser`", program: program("sig"), wire: wires.sig, env: { PARSER: "1" } },
  { name: "minimal `ws` relay", program: program("ws"), wire: wires.ws },
  { name: "PeerJS", program: program("peerjs"), wire: wires.peerjs },
  {
    name: "y-webrtc",
    program: fileURLToPath(new URL("../bin/server.js", import.meta.resolve("y-webrtc"))),
    wire: wires.yWebrtc,
  },
];
