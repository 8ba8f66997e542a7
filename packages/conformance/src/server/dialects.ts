import { same, type Rule } from "../rule.js";
import type { Lab } from "./lab.js";

const line = "candidate:3442447574 1 udp 2122260223 192.168.0.170 54653 typ host generation 0 ufrag gX6M network-id 1";

/** Texts of which a server that "tidies" them loses something. */
const texts = [
  "v=0\r\ns= \r\n",
  "v=0\n\to=- 1 2 IN IP4 127.0.0.1\n\ts=-\n\t",
  " v=0",
  "v=0\r\ns=\u00e9\u4f60\u{1f600}\u0000\u2028\r\n",
  "no SDP at all",
];

export const dialects: readonly Rule<Lab>[] = [
  {
    id: "dialects.sdp-untouched",
    sentence: "passes SDP on byte for byte, and does not read it",
    section: "descriptions",
    async check(lab) {
      const room = lab.room();
      const [ada, grace] = await lab.company(room, {}, {});
      for (const sdp of texts) {
        ada.send("offer", { room, to: grace.id, sdp });
        same("`sdp`", (await grace.next("offer")).sdp, sdp);
      }
    },
  },
  {
    id: "dialects.sdp-object",
    sentence: "reads `sdp` as an object `{ type, sdp }` too, and sends it on as a text",
    section: "two-dialects",
    async check(lab) {
      const room = lab.room();
      const [ada, grace] = await lab.company(room, {}, {});
      const sdp = "v=0\n\to=- 1 2 IN IP4 127.0.0.1\n";
      for (const event of ["offer", "answer"] as const) {
        for (const written of [{ type: event, sdp }, { sdp }]) {
          ada.send(event, { room, to: grace.id, sdp: written });
          same(`\`sdp\` of \`${event}\``, (await grace.next(event)).sdp, sdp);
        }
      }
    },
  },
  {
    id: "dialects.sdp-type",
    sentence: "refuses an object whose `type` is not the name of the event, with BAD_PAYLOAD",
    section: "two-dialects",
    async check(lab) {
      const room = lab.room();
      const [ada, grace] = await lab.company(room, {}, {});
      same(
        "the code",
        (await ada.call("offer", { room, to: grace.id, sdp: { type: "answer", sdp: "v=0\r\n" } })).code,
        "BAD_PAYLOAD",
      );
    },
  },
  {
    id: "dialects.candidate-line",
    sentence: "reads the candidate line as `candidate.candidate` too, and sends it on as `candidate.sdp`",
    section: "two-dialects",
    async check(lab) {
      const room = lab.room();
      const [ada, grace] = await lab.company(room, {}, {});
      ada.send("candidate", { room, to: grace.id, candidate: { candidate: line, sdpMLineIndex: 0, sdpMid: "0" } });
      same("`candidate`", (await grace.next("candidate")).candidate, { sdpMLineIndex: 0, sdpMid: "0", sdp: line });
    },
  },
  {
    id: "dialects.candidate-untouched",
    sentence:
      "passes a candidate on as it was written: `sdpMLineIndex` as number, text or null, an absent `sdpMid` absent, an `a=` before the line, an empty line",
    section: "candidates",
    async check(lab) {
      const room = lab.room();
      const [ada, grace] = await lab.company(room, {}, {});
      const written = [
        { sdpMid: "0", sdpMLineIndex: 0, sdp: line },
        { sdpMid: "0", sdpMLineIndex: "0", sdp: line },
        { sdpMid: null, sdpMLineIndex: null, sdp: line, usernameFragment: null },
        { sdpMLineIndex: 1, sdp: `a=${line}` },
        { sdp: "candidate:1 1 udp 1 3f1b5d7e.local 9 typ host" },
        { sdpMid: "0", sdpMLineIndex: 0, sdp: "", usernameFragment: "gX6M" },
      ];
      for (const candidate of written) {
        ada.send("candidate", { room, to: grace.id, candidate });
        same("`candidate`", (await grace.next("candidate")).candidate, candidate);
      }
    },
  },
  {
    id: "dialects.one-line",
    sentence: "refuses a candidate or a `sdpMid` of more than one line, with BAD_PAYLOAD",
    section: "candidates",
    async check(lab) {
      const room = lab.room();
      const [ada, grace] = await lab.company(room, {}, {});
      for (const candidate of [
        { sdpMid: "0", sdp: `${line}\r\na=candidate:2` },
        { sdpMid: "0\na=x", sdp: line },
      ]) {
        same("the code", (await ada.call("candidate", { room, to: grace.id, candidate })).code, "BAD_PAYLOAD");
      }
    },
  },
  {
    id: "dialects.extras",
    sentence: "passes `offerId`, `link` and `tracks` on untouched",
    section: "descriptions",
    async check(lab) {
      const room = lab.room();
      const [ada, grace] = await lab.company(room, {}, {});
      const extras = {
        offerId: "k3Xr9QbA-1",
        link: { epoch: "1.Zk3q", seq: 3, ack: 2 },
        tracks: { 0: { stream: "s", label: "camera" } },
      };
      ada.send("offer", { room, to: grace.id, sdp: "v=0\r\n", ...extras });
      same("the offer", await grace.next("offer"), { from: ada.id, to: grace.id, room, sdp: "v=0\r\n", ...extras });
    },
  },
];
