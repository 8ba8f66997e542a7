import { describe, expect, it } from "vitest";
import { keepRoles } from "./dtls-role.js";
import type { PeerConnection } from "../peer-connection.js";

const description = (type: RTCSdpType, setup: string) => ({ type, sdp: `v=0\r\na=setup:${setup}\r\n` });
const offer = "v=0\r\na=setup:actpass\r\nm=audio\r\na=setup:actpass\r\n";
const keep = (local: object | null, remote: object | null): string =>
  keepRoles({ currentLocalDescription: local, currentRemoteDescription: remote } as PeerConnection, offer);

describe("the DTLS role of who makes an offer", () => {
  it("is still open on a new connection", () => {
    expect(keep(null, null)).toBe(offer);
  });

  it("is the role in the last answer of the peer", () => {
    expect(keep(description("offer", "actpass"), description("answer", "active"))).toBe(
      offer.replaceAll("actpass", "active"),
    );
    expect(keep(description("offer", "actpass"), description("answer", "passive"))).toBe(
      offer.replaceAll("actpass", "passive"),
    );
  });

  it("is the opposite of the role in our last answer", () => {
    expect(keep(description("answer", "active"), description("offer", "actpass"))).toBe(
      offer.replaceAll("actpass", "passive"),
    );
    expect(keep(description("answer", "passive"), description("offer", "actpass"))).toBe(
      offer.replaceAll("actpass", "active"),
    );
  });
});
