import { randomBytes } from "node:crypto";
import { isPolite } from "@sig/protocol";
import { peerIdFromKey } from "@sig/server";
import type { RawPeer } from "../lab/raw-peer.js";
import type { Pairing } from "../support/pairings.js";
import type { Call } from "./call.js";
import type { Rig } from "./rig.js";

declare global {
  interface Window {
    raw: RawPeer;
  }
}

/** A call between a manager and a raw peer (`window.raw`) that has sent nothing yet. */
export async function callWithRaw(
  rig: Rig,
  test: Parameters<Rig["call"]>[0],
  pairing: Pairing,
  { managerYields = false } = {},
): Promise<Call> {
  const call = await rig.call(test, pairing, { opened: true });
  // With a camera, the manager would make an offer of its own.
  await call.joinOne(0, { camera: false });
  const key = keyTowards(call.ids[0], managerYields);
  await call.pages[1].page.evaluate(
    async ({ room, key }) => {
      window.raw = await window.lab.RawPeer.join(window.lab.io(), room, key);
    },
    { room: call.room, key },
  );
  call.ids[1] = peerIdFromKey(key);
  return call;
}

/** A key whose id makes the manager polite, or impolite. */
function keyTowards(managerId: string, managerYields: boolean): string {
  for (;;) {
    const key = randomBytes(24).toString("base64url");
    if (isPolite(managerId, peerIdFromKey(key)) === managerYields) return key;
  }
}

/** Connects as the protocol describes: an offer, all its candidates and their end, an answer. */
export async function connectRaw({ pages }: Call): Promise<void> {
  await pages[1].page.evaluate(async () => {
    const { raw } = window;
    const sdp = await raw.describe();
    raw.send("offer", { sdp, offerId: "o1" });
    for (const candidate of raw.candidates) raw.sendCandidate(candidate, "o1");
    raw.sendEnd("o1");
    await raw.acceptAnswer("o1");
  });
  await untilConnected({ pages });
}

export async function untilConnected({ pages }: Pick<Call, "pages">): Promise<void> {
  await pages[0].page.evaluate(() =>
    window.lab.until(
      () => {
        const peer = window.lab.peer();
        return [peer?.state, peer?.connection?.signalingState].join();
      },
      (states) => states === "connected,stable",
      60_000,
    ),
  );
  await pages[1].page.evaluate(() =>
    window.lab.until(
      () => window.raw.connection.connectionState,
      (state) => state === "connected",
      60_000,
    ),
  );
}

/** The descriptions and candidates that the manager has applied, from an index on. */
export function applied({ pages }: Call, from = 0): Promise<string[]> {
  return pages[0].page.evaluate((from) => window.rigApplied.slice(from), from);
}

/** Sends a candidate that leads nowhere: once it is applied, everything sent before has been handled. */
export function sendCanary({ pages }: Call, name: string, offerId: string): Promise<void> {
  return pages[1].page.evaluate(
    ({ name, offerId }) => {
      const ufrag = /^a=ice-ufrag:(\S+)/m.exec(window.raw.connection.localDescription?.sdp ?? "")?.[1];
      const candidate = {
        sdp: `candidate:${name} 1 udp 1 fd00::99 9 typ host`,
        sdpMid: "0",
        sdpMLineIndex: 0,
        usernameFragment: ufrag,
      };
      window.raw.send("candidate", { candidate, offerId });
    },
    { name, offerId },
  );
}

export async function untilApplied({ pages }: Call, text: string): Promise<void> {
  await pages[0].page.evaluate(
    (text) =>
      window.lab.until(
        () => window.rigApplied.filter((line) => line.includes(text)).length,
        (found) => found > 0,
      ),
    text,
  );
}

/** The state of the manager, with its errors. */
export function managerState({ pages }: Call): Promise<object> {
  return pages[0].page.evaluate(() => {
    const peer = window.lab.peer();
    return {
      state: peer?.state,
      signaling: peer?.connection?.signalingState,
      errors: window.kept.errors,
      live: window.rigConnections.filter(({ signalingState }) => signalingState !== "closed").length,
    };
  });
}
