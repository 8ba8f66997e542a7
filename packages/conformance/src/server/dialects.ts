import { assertEqual, type Rule } from "../rule.js";
import type { ServerContext } from "./server-context.js";

const line = "candidate:3442447574 1 udp 2122260223 192.168.0.170 54653 typ host generation 0 ufrag gX6M network-id 1";

/** SDP that a server damages if it normalizes line endings or white space. */
const descriptions = [
  "v=0\r\ns= \r\n",
  "v=0\n\to=- 1 2 IN IP4 127.0.0.1\n\ts=-\n\t",
  " v=0",
  "v=0\r\ns=\u00e9\u4f60\u{1f600}\u0000\u2028\r\n",
  "no SDP at all",
];

export const dialects: readonly Rule<ServerContext>[] = [
  {
    id: "dialects.sdp-untouched",
    requirement: "relays SDP byte for byte, without parsing it",
    section: "descriptions",
    async check(context) {
      const room = context.newRoom();
      const [ada, bob] = await context.members(room, {}, {});
      for (const sdp of descriptions) {
        ada.send("offer", { room, to: bob.id, sdp });
        assertEqual("`sdp`", (await bob.next("offer")).sdp, sdp);
      }
    },
  },
  {
    id: "dialects.sdp-object",
    requirement: "also accepts `sdp` as an object `{ type, sdp }`, and relays it as a string",
    section: "two-dialects",
    async check(context) {
      const room = context.newRoom();
      const [ada, bob] = await context.members(room, {}, {});
      const sdp = "v=0\n\to=- 1 2 IN IP4 127.0.0.1\n";
      for (const event of ["offer", "answer"] as const) {
        for (const written of [{ type: event, sdp }, { sdp }]) {
          ada.send(event, { room, to: bob.id, sdp: written });
          assertEqual(`\`sdp\` of \`${event}\``, (await bob.next(event)).sdp, sdp);
        }
      }
    },
  },
  {
    id: "dialects.sdp-type",
    requirement: "rejects an object whose `type` is not the name of the event, with BAD_PAYLOAD",
    section: "two-dialects",
    async check(context) {
      const room = context.newRoom();
      const [ada, bob] = await context.members(room, {}, {});
      assertEqual(
        "the code",
        (await ada.call("offer", { room, to: bob.id, sdp: { type: "answer", sdp: "v=0\r\n" } })).code,
        "BAD_PAYLOAD",
      );
    },
  },
  {
    id: "dialects.candidate-line",
    requirement: "also accepts the candidate line as `candidate.candidate`, and relays it as `candidate.sdp`",
    section: "two-dialects",
    async check(context) {
      const room = context.newRoom();
      const [ada, bob] = await context.members(room, {}, {});
      ada.send("candidate", { room, to: bob.id, candidate: { candidate: line, sdpMLineIndex: 0, sdpMid: "0" } });
      assertEqual("`candidate`", (await bob.next("candidate")).candidate, { sdpMLineIndex: 0, sdpMid: "0", sdp: line });
    },
  },
  {
    id: "dialects.candidate-untouched",
    requirement:
      "relays a candidate unchanged: `sdpMLineIndex` as number, string or null, an absent `sdpMid`, an `a=` " +
      "before the line, an empty line",
    section: "candidates",
    async check(context) {
      const room = context.newRoom();
      const [ada, bob] = await context.members(room, {}, {});
      const written = [
        { sdpMid: "0", sdpMLineIndex: 0, sdp: line },
        { sdpMid: "0", sdpMLineIndex: "0", sdp: line },
        { sdpMid: null, sdpMLineIndex: null, sdp: line, usernameFragment: null },
        { sdpMLineIndex: 1, sdp: `a=${line}` },
        { sdp: "candidate:1 1 udp 1 3f1b5d7e.local 9 typ host" },
        { sdpMid: "0", sdpMLineIndex: 0, sdp: "", usernameFragment: "gX6M" },
      ];
      for (const candidate of written) {
        ada.send("candidate", { room, to: bob.id, candidate });
        assertEqual("`candidate`", (await bob.next("candidate")).candidate, candidate);
      }
    },
  },
  {
    id: "dialects.one-line",
    requirement: "rejects a candidate or a `sdpMid` of more than one line, with BAD_PAYLOAD",
    section: "candidates",
    async check(context) {
      const room = context.newRoom();
      const [ada, bob] = await context.members(room, {}, {});
      for (const candidate of [
        { sdpMid: "0", sdp: `${line}\r\na=candidate:2` },
        { sdpMid: "0\na=x", sdp: line },
      ]) {
        assertEqual("the code", (await ada.call("candidate", { room, to: bob.id, candidate })).code, "BAD_PAYLOAD");
      }
    },
  },
  {
    id: "dialects.extras",
    requirement: "relays `offerId`, `link` and `tracks` unchanged",
    section: "descriptions",
    async check(context) {
      const room = context.newRoom();
      const [ada, bob] = await context.members(room, {}, {});
      const extras = {
        offerId: "k3Xr9QbA-1",
        link: { epoch: "1.Zk3q", seq: 3, ack: 2 },
        tracks: { 0: { stream: "s", label: "camera" } },
      };
      ada.send("offer", { room, to: bob.id, sdp: "v=0\r\n", ...extras });
      assertEqual("the offer", await bob.next("offer"), { from: ada.id, to: bob.id, room, sdp: "v=0\r\n", ...extras });
    },
  },
];
