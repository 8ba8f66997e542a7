/** @typedef {{ kind: "offer" | "answer", sdp: string } | { kind: "candidate", line: string }} Message */

const hosts = "a=candidate:3442447574 1 udp 2122260223 192.168.0.170 54653 typ host\r\n";
const sdp = hosts.repeat(44).slice(0, 3072);
const line =
  "candidate:3442447574 1 udp 2122260223 192.168.0.170 54653 typ host generation 0 ufrag gX6M network-id 1 ".padEnd(
    200,
    "x",
  );

/** @type {Message[]} */
const candidates = Array.from({ length: 8 }, () => ({ kind: "candidate", line }));

/** What one peer sends for a call: 3 KB of SDP and eight candidates of 200 bytes; the other one the same. */
export const sentBy = {
  /** @type {Message[]} */
  caller: [{ kind: "offer", sdp }, ...candidates],
  /** @type {Message[]} */
  called: [{ kind: "answer", sdp }, ...candidates],
};
