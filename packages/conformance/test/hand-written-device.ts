import { WebSocket } from "ws";
import { answerTo, candidateLine, newIdentity } from "../src/client/sdp.js";

/** What may be wrong with a device. */
export interface DeviceFaults {
  /** In place of the answer that is right. */
  readonly answer?: (answer: { type: string; sdp: string; to?: string }) => unknown;
  readonly candidate?: (candidate: { candidate: string; sdpMLineIndex?: number; sdpMid?: string }) => unknown;
  /** It goes when it hears this. */
  readonly fragile?: (message: { type?: string; sdp?: string }) => boolean;
  readonly sameConnection?: boolean;
  readonly noPongs?: boolean;
}

/** A device at the level of its messages, as a program of a hundred lines of C would be. Its SDP leads nowhere. */
export function startDevice(
  url: string,
  {
    answer = (right) => right,
    candidate = (right) => right,
    fragile = () => false,
    sameConnection = false,
    noPongs = false,
  }: DeviceFaults = {},
): WebSocket {
  const socket = new WebSocket(url, { autoPong: !noPongs });
  const always = newIdentity();
  const say = (message: unknown): void => socket.send(typeof message === "string" ? message : JSON.stringify(message));
  socket.on("error", () => undefined);
  socket.on("message", (data: Buffer) => {
    const message = JSON.parse(data.toString("utf8")) as { type?: string; sdp?: string; from?: string };
    if (fragile(message)) {
      socket.close();
      return;
    }
    if (message.type !== "offer" || message.sdp?.startsWith("v=0") !== true) return;
    const sdp = answerTo(message.sdp, sameConnection ? always : newIdentity()).replace(/^a=candidate.*\r\n/gm, "");
    say(answer({ type: "answer", sdp, to: message.from ?? "" }));
    say(candidate({ candidate: candidateLine, sdpMLineIndex: 0, sdpMid: "0" }));
  });
  return socket;
}
