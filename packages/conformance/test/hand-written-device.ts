import { WebSocket } from "ws";
import { answerTo, candidateLine, newIdentity } from "../src/client/sdp.js";

/** What a device does wrong. */
export interface DeviceFaults {
  /** Replaces the correct answer. */
  readonly answer?: (answer: { type: string; sdp: string; to?: string }) => unknown;
  readonly candidate?: (candidate: { candidate: string; sdpMLineIndex?: number; sdpMid?: string }) => unknown;
  /** It disconnects at such a message. */
  readonly disconnectsAt?: (message: { type?: string; sdp?: string }) => boolean;
  readonly sameConnection?: boolean;
  readonly noPongs?: boolean;
}

/** A minimal device, as a hundred lines of C could implement it. No ICE agent is behind its SDP. */
export function startDevice(
  url: string,
  {
    answer = (correct) => correct,
    candidate = (correct) => correct,
    disconnectsAt = () => false,
    sameConnection = false,
    noPongs = false,
  }: DeviceFaults = {},
): WebSocket {
  const socket = new WebSocket(url, { autoPong: !noPongs });
  const fixedIdentity = newIdentity();
  const send = (message: unknown): void => socket.send(typeof message === "string" ? message : JSON.stringify(message));
  socket.on("error", () => undefined);
  socket.on("message", (data: Buffer) => {
    const message = JSON.parse(data.toString("utf8")) as { type?: string; sdp?: string; from?: string };
    if (disconnectsAt(message)) {
      socket.close();
      return;
    }
    if (message.type !== "offer" || message.sdp?.startsWith("v=0") !== true) return;
    const identity = sameConnection ? fixedIdentity : newIdentity();
    const sdp = answerTo(message.sdp, identity).replace(/^a=candidate.*\r\n/gm, "");
    send(answer({ type: "answer", sdp, to: message.from ?? "" }));
    send(candidate({ candidate: candidateLine, sdpMLineIndex: 0, sdpMid: "0" }));
  });
  return socket;
}
