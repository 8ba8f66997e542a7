import { createHash } from "node:crypto";
import { relayParser } from "@sig/server/parser";
import { describe, expect, it } from "vitest";
import { transports } from "../client.js";
import { startServer } from "../harness.js";
import { twoMembers } from "../two-members.js";

const parsers = [
  ["the parser of Socket.IO", {}],
  ["the relay parser", { parser: relayParser }],
] as const;

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

describe.each(transports)("T27: what peers put into descriptions and candidates, over %s", (transport) => {
  describe.each(parsers)("with %s", (_name, ioOptions) => {
    const start = async () => twoMembers(await startServer({}, ioOptions), transport);

    it("T27: a line break in a candidate, its `sdpMid` or its fragment is rejected, and reaches nobody", async () => {
      const { first, second, ids } = await start();
      const line = "candidate:1 1 udp 1 192.0.2.1 9 typ host";
      const good = { sdpMid: "0", sdpMLineIndex: 0, sdp: line, usernameFragment: "gX6M" };
      for (const lineBreak of ["\r\n", "\n", "\r"])
        for (const field of ["sdpMid", "sdp", "usernameFragment"] as const)
          for (const value of [`${good[field]}${lineBreak}a=evil`, `${good[field]}${lineBreak}`, lineBreak]) {
            const candidate = { ...good, [field]: value };
            const reply = await first.call("candidate", { to: ids[1], room: "r", candidate });
            expect(reply, JSON.stringify(candidate)).toMatchObject({ ok: false, code: "BAD_PAYLOAD" });
          }
      await second.roundTrip();
      expect(second.received("candidate")).toEqual([]);
    });

    it("T27: names ending in .local and addresses of every kind arrive byte for byte", async () => {
      const { first, second, ids } = await start();
      for (const address of [
        "9b36eaac-bb2e-49bb-bb78-21c41c499900.local",
        "192.168.0.1",
        "169.254.169.254",
        "fe80::1",
      ]) {
        const sdp = `candidate:1 1 UDP 2122252543 ${address} 54653 typ host generation 0 ufrag gX6M`;
        const candidate = { sdpMid: "0", sdpMLineIndex: "0", sdp };
        expect(await first.call("candidate", { to: ids[1], room: "r", candidate })).toEqual({ ok: true });
        expect((await second.next("candidate")).candidate).toEqual(candidate);
      }
    });

    it("T27: a description arrives with the same SHA-256, whatever is in it", async () => {
      const { first, second, ids } = await start();
      for (const sdp of [
        "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n",
        "v=0\ra=x\n\n\r\r\n",
        "\u0000\u0001\u2028\u2029\ufeff\ufffd é 😀 \\u0041 \\ \" ' </script>",
        '","from":"admin","x":"',
        `v=0\r\n${"a=fmtp:111 apt=96;profile=1\r\n".repeat(3_000)}`,
      ])
        for (const event of ["offer", "answer"] as const) {
          expect(await first.call(event, { to: ids[1], room: "r", sdp })).toEqual({ ok: true });
          const received = await second.next(event);
          expect([received.from, hash(received.sdp)]).toEqual([ids[0], hash(sdp)]);
        }
    });
  });
});
