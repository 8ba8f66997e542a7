import fc from "fast-check";
import { hostileValue, nearly, trickyText } from "./hostile-values.js";

/** How a text becomes a frame: as it is, cut, with a character changed, as bytes, or as programs in C write it. */
export type Damage = "none" | "cut" | "changed" | "bytes" | "raw-lines" | "nul" | "not-utf8";

/** One step against the gateway. `by` is the number of a device, of which there are three. */
export type DeviceStep =
  | { readonly do: "connect"; readonly by: number; readonly query: Readonly<Record<string, string>> }
  | {
      readonly do: "frame";
      readonly by: number;
      readonly message: unknown;
      readonly damage: Damage;
      readonly at: number;
    }
  | {
      readonly do: "control";
      readonly by: number;
      readonly kind: "ping" | "pong" | "close" | "terminate";
      readonly code: number;
    }
  | {
      readonly do: "view";
      readonly event: "offer" | "candidate" | "exit" | "join";
      readonly to: string;
      readonly sdp: string;
    };

const by = fc.nat(2);
const to = fc.constantFrom("@viewer", "@witness", "@device0", "@device1");
const index = fc.constantFrom<unknown>(0, "0", 65_536, -1, null);
const line = fc.constantFrom("candidate:1 1 udp 1 192.0.2.1 1 typ host", "a=candidate:1\r\n", "");

const message = fc.oneof(
  nearly({ type: fc.constant("answer"), sdp: fc.constantFrom<unknown>("v=0\r\n", { type: "answer", sdp: "v=0" }), to }),
  nearly({ type: fc.constant("candidate"), candidate: line, sdpMLineIndex: index, sdpMid: fc.constant("0"), to }),
  nearly({ candidate: line, label: index, id: fc.constant("0") }),
  nearly({ candidate: nearly({ candidate: line, sdpMLineIndex: index, usernameFragment: fc.constant("u") }) }),
  nearly({ type: fc.constantFrom("config", "exit", "offer", "rejected") }),
  hostileValue,
);

const sections = fc
  .array(
    fc.constantFrom(
      "m=audio 9 X 0",
      "m=video 0 X 0",
      "a=mid:0",
      "a=mid:",
      "a=group:BUNDLE 0 1",
      "a=candidate:1 1 udp 1 192.0.2.1 1 typ host",
      "a=ice-ufrag:u",
      "",
      "\u0000",
      "m=",
      "a=",
    ),
    { maxLength: 12 },
  )
  .chain((lines) => fc.constantFrom("\r\n", "\n").map((end) => ["v=0", ...lines].join(end)));

export const deviceSteps: fc.Arbitrary<DeviceStep[]> = fc.array(
  fc.oneof(
    {
      arbitrary: fc.record({
        do: fc.constant("connect" as const),
        by,
        query: fc.record(
          {
            room: fc.oneof({ arbitrary: fc.constantFrom("one", "calm"), weight: 3 }, trickyText),
            key: fc.oneof(
              { arbitrary: fc.constantFrom("device-key-device-key-0", "device-key-device-key-1"), weight: 3 },
              trickyText,
            ),
            gather: fc.constantFrom("0", "1"),
            token: trickyText,
            name: trickyText,
          },
          { requiredKeys: ["room"] },
        ),
      }),
      weight: 4,
    },
    {
      arbitrary: fc.record({
        do: fc.constant("frame" as const),
        by,
        message,
        damage: fc.oneof(
          { arbitrary: fc.constant("none" as const), weight: 4 },
          fc.constantFrom<Damage>("cut", "changed", "bytes", "raw-lines", "nul", "not-utf8"),
        ),
        at: fc.nat(200),
      }),
      weight: 16,
    },
    {
      arbitrary: fc.record({
        do: fc.constant("control" as const),
        by,
        kind: fc.constantFrom("ping", "pong", "close", "terminate"),
        code: fc.constantFrom(1000, 1001, 3000, 4999),
      }),
      weight: 2,
    },
    {
      arbitrary: fc.record({
        do: fc.constant("view" as const),
        event: fc.constantFrom("offer", "offer", "candidate", "exit", "join"),
        to: fc.constantFrom("@device0", "@device1", "@device2"),
        sdp: sections,
      }),
      weight: 6,
    },
  ),
  { minLength: 1, maxLength: 40, size: "max" },
);
