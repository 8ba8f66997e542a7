import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromIceCandidate, toIceCandidateInit } from "./candidate.js";
import { createClientEvents } from "../schema/events.js";
import { defaultLimits } from "../limits.js";
import { parse } from "../parse.js";

const line = "candidate:3442447574 1 udp 2122260223 192.168.0.170 54653 typ host generation 0 ufrag gX6M network-id 1";

describe("the candidate codecs", () => {
  it("return a browser's candidate unchanged", () => {
    const candidate = fc.string().filter((text) => !text.startsWith("a=") && !/[\r\n]| ufrag /.test(text));
    const fragment = fc.option(
      fc.string({ minLength: 1, maxLength: 256 }).filter((text) => !/[\r\n]/.test(text)),
      { nil: undefined },
    );
    const { candidate: schema } = createClientEvents(defaultLimits);
    fc.assert(
      fc.property(candidate, fc.nat(20), fragment, (candidate, index, usernameFragment) => {
        const init = {
          candidate,
          sdpMid: String(index),
          sdpMLineIndex: index,
          ...(usernameFragment !== undefined && { usernameFragment }),
        };
        const wire = fromIceCandidate(init);
        expect(parse(schema, { to: "x", room: "r", candidate: wire })).toStrictEqual({
          ok: true,
          value: { to: "x", room: "r", candidate: wire },
        });
        expect(toIceCandidateInit(wire)).toStrictEqual(init);
      }),
    );
  });

  it("write an empty candidate as the end of candidates", () => {
    expect(
      fromIceCandidate({ candidate: "", sdpMid: null, sdpMLineIndex: null, usernameFragment: null }),
    ).toStrictEqual({
      sdpMid: "0",
      sdpMLineIndex: 0,
      sdp: "",
    });
  });

  it("read the ICE generation from the line if no field names it", () => {
    expect(toIceCandidateInit({ sdp: line, sdpMid: "0", sdpMLineIndex: 0 }).usernameFragment).toBe("gX6M");
    expect(toIceCandidateInit({ sdp: line, usernameFragment: null }).usernameFragment).toBe("gX6M");
  });
});
