import { describe, expect, it } from "vitest";
import { encryptionFailed, pathState } from "./path-state.js";
import type { PeerConnection } from "../peer-connection.js";

const inUse = "connected";
const offered = "new";

function connection(
  connectionState: RTCPeerConnectionState,
  signalingState: RTCSignalingState,
  ...[data, ...media]: (RTCDtlsTransportState | undefined)[]
): PeerConnection {
  const carrier = (state: RTCDtlsTransportState | undefined): object => ({
    transport: state === undefined ? null : { state },
  });
  const transceivers = media.map((state) => ({ sender: carrier(state) }));
  return {
    connectionState,
    signalingState,
    getTransceivers: () => transceivers,
    sctp: data && carrier(data),
  } as unknown as PeerConnection;
}

describe("the state of the path in use", () => {
  it("is not that of transports which only an unanswered offer speaks of", () => {
    expect(pathState(connection("connecting", "have-local-offer", offered, inUse, offered))).toBe("connected");
    expect(pathState(connection("connecting", "have-local-offer", inUse, offered))).toBe("connected");
  });

  it("is connecting while no transport is connected, or no offer of ours is open", () => {
    expect(pathState(connection("connecting", "have-local-offer", offered))).toBe("connecting");
    expect(pathState(connection("connecting", "have-local-offer", undefined, "connecting"))).toBe("connecting");
    expect(pathState(connection("connecting", "stable", inUse))).toBe("connecting");
    expect(pathState(connection("connecting", "have-local-offer", undefined, undefined))).toBe("connecting");
  });

  it.each(["new", "connected", "disconnected", "failed", "closed"] as const)(
    "is what the connection says where that is %s",
    (state) => {
      expect(pathState(connection(state, "have-local-offer", inUse))).toBe(state);
    },
  );
});

describe("the encryption", () => {
  const ice = (
    iceConnectionState: RTCIceConnectionState,
    ...states: (RTCDtlsTransportState | undefined)[]
  ): PeerConnection => Object.assign(connection("failed", "stable", ...states), { iceConnectionState });

  it("has failed where that of media or of data has, whatever ICE is about", () => {
    expect(encryptionFailed(ice("connected", undefined, "failed"))).toBe(true);
    expect(encryptionFailed(ice("checking", "failed"))).toBe(true);
    expect(encryptionFailed(ice("connected", inUse, inUse, "failed"))).toBe(true);
  });

  it("has not failed where ICE has, or where no transport says so", () => {
    expect(encryptionFailed(ice("failed", "failed"))).toBe(false);
    expect(encryptionFailed(ice("disconnected", inUse, inUse))).toBe(false);
    expect(encryptionFailed(ice("connected", undefined, undefined))).toBe(false);
  });
});
