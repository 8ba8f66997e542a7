import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { errorCodes } from "./error.js";
import { controlMessages } from "./schema/controls.js";
import { createClientEvents, createServerEvents } from "./schema/events.js";
import { defaultLimits, readingLimits } from "./limits.js";
import { parse } from "./parse.js";
import { isKeyedPeerId } from "./checks/peer.js";
import { isPolite } from "./politeness.js";

const text = readFileSync(new URL("../../../docs/protocol.md", import.meta.url), "utf8");
const client: Record<string, z.ZodMiniType> = createClientEvents(defaultLimits);
const server: Record<string, z.ZodMiniType> = createServerEvents(defaultLimits);

const blocks = [...text.matchAll(/^```json *(.*)\n([^]*?)^```$/gm)].map(([, marker = "", body = ""]) => ({
  marker,
  payload: JSON.parse(body) as unknown,
}));
const rejected = z.strictObject({
  ok: z.literal(false),
  code: z.enum(Object.keys(errorCodes)),
  message: z.string(),
  retryable: z.boolean(),
});
const ack: Record<string, z.ZodMiniType | undefined> = {
  createAndJoinRoom: server.created,
  iceServers: server.iceServers,
};

/** The schema of an example by the words after "json": an event and its sender, an ack, or the data channel. */
function schemaOf(marker: string): z.ZodMiniType | undefined {
  if (marker === "data-channel") return z.object({ type: z.string(), data: z.unknown() });
  if (marker === "data-channel-count") return z.strictObject({ got: z.int() });
  if (marker === "data-channel-signal")
    return z.strictObject({
      event: z.enum(["offer", "answer", "candidate"]),
      candidate: z.unknown(),
      offerId: z.string(),
      link: z.object({ epoch: z.string(), seq: z.int(), ack: z.int() }),
    });
  if (marker === "control") return z.union(Object.values(controlMessages));
  const [first = "", second = ""] = marker.split(" ");
  if (first === "ack") return ack[second] ?? (second in client ? z.object({}) : undefined);
  return { client, server }[second]?.[first];
}

function rows(heading: string): string[][] {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  return [...section.matchAll(/^\| (.*) \|$/gm)].map(([, row = ""]) => row.split("|").map((cell) => cell.trim()));
}

describe("docs/protocol.md", () => {
  it.each(blocks)("shows a valid example: $marker $payload", ({ marker, payload }) => {
    const schema = schemaOf(marker);
    if (schema === undefined) throw new Error(`The marker "${marker}" names no schema.`);
    if (marker.startsWith("ack")) {
      const { ok, ...fields } = payload as { ok: boolean };
      if (!ok) {
        expect(parse(rejected, payload)).toStrictEqual({ ok: true, value: payload });
        expect(errorCodes[(payload as { code: keyof typeof errorCodes }).code].retryable).toBe(
          (payload as { retryable: boolean }).retryable,
        );
      } else expect(parse(schema, fields)).toStrictEqual({ ok: true, value: fields });
      return;
    }
    const read = parse(schema, payload);
    expect(read).toMatchObject({ ok: true });
    // No example shows an unknown field.
    if (!JSON.stringify(payload).includes('"sdp":{')) expect(read).toStrictEqual({ ok: true, value: payload });
  });

  it("shows an example of every event of both directions", () => {
    const markers = new Set(blocks.map(({ marker }) => marker));
    for (const event of Object.keys(client)) expect(markers).toContain(`${event} client`);
    for (const event of [
      "created",
      "joined",
      "offer",
      "candidate",
      "exit",
      "presence",
      "metadata",
      "message",
      "iceServers",
      "rejected",
    ]) {
      expect(markers).toContain(`${event} server`);
    }
  });

  it("names every field of every event", () => {
    for (const [heading, events] of [
      ["Client to server", client],
      ["Server to client", server],
    ] as const) {
      const section = text.split(/^### /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
      for (const [event, schema] of Object.entries(events)) {
        const row = [...section.matchAll(/^\| (.*) \|$/gm)]
          .map(([line]) => line)
          .find((line) => line.split("|")[1]?.includes(`\`${event}\``));
        if (row === undefined) throw new Error(`${heading} does not list ${event}.`);
        if (heading === "Server to client" && ["offer", "answer", "candidate"].includes(event)) continue;
        for (const field of Object.keys((schema as z.ZodMiniObject).shape))
          expect(row.split("|").slice(2).join()).toMatch(new RegExp(`\\b${field}\\b`));
      }
    }
  });

  it("lists every error code and whether it is retryable", () => {
    const listed = rows("Errors").filter(([code = ""]) => code.startsWith("`"));
    expect(
      Object.fromEntries(
        listed.map(([code = "", retryable]) => [code.replaceAll("`", ""), { retryable: retryable === "yes" }]),
      ),
    ).toEqual(errorCodes);
  });

  it("lists the limits", () => {
    const limits = rows("Limits");
    const names = {
      roomName: "room name",
      sdp: "`sdp` of a description",
      candidate: "candidate line",
      metadata: "`metadata`",
      message: "`data` of a message",
      jsonDepth: "nesting of `metadata` and `data`",
    };
    for (const [limit, name] of Object.entries(names) as [keyof typeof names, string][]) {
      const row = limits.find(([what]) => what === name);
      expect([row?.[1], row?.[3]]).toEqual([String(defaultLimits[limit]), String(readingLimits[limit])]);
    }
  });

  it("derives the example id from the example key", () => {
    const example = Object.fromEntries(
      rows("Identity").map(([what = "", value = ""]) => [what, value.replaceAll("`", "")]),
    );
    const hash = createHash("sha256").update(`sig-peer:${example.key ?? ""}`);
    expect(example["hashed text"]).toBe(`sig-peer:${example.key ?? ""}`);
    expect(example["SHA-256"]).toBe(hash.copy().digest("hex"));
    expect(example.base64url).toBe(hash.copy().digest("base64url"));
    expect(example.id).toBe(hash.digest("base64url").slice(0, 22));
    expect(isKeyedPeerId(example.id ?? "")).toBe(true);
  });

  it("names the polite peer of its example call", () => {
    const [ada, grace] = ["q83vEjRWeJCrze8SNFZ4kA", "AAECAwQFBgcICQoLDA0ODw"].map((key) =>
      createHash("sha256").update(`sig-peer:${key}`).digest("base64url").slice(0, 22),
    ) as [string, string];
    expect(text).toContain(`{ "id": "${grace}", "room": "standup", "peers": [] }`);
    expect(isPolite(grace, ada)).toBe(true);
  });

  it("links to headings that exist", () => {
    const anchors = new Set(
      [...text.matchAll(/^#{2,3} (.*)$/gm)].map(([, heading = ""]) => `#${heading.toLowerCase().replaceAll(" ", "-")}`),
    );
    for (const [, target = ""] of text.matchAll(/\]\((#[^)]*)\)/g)) expect(anchors).toContain(target);
  });
});
