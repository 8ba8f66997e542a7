import { describe, expect, it } from "vitest";
import type * as z from "zod/mini";
import { readTable, readVectors, type VectorFile } from "../test/vectors.js";
import { errorCodes, rejection } from "./error.js";
import { createClientEvents, createServerEvents } from "./schema/events.js";
import { toIceCandidateInit, type Candidate, type IceCandidateInit } from "./codecs/candidate.js";
import { toSessionDescription } from "./codecs/description.js";
import { defaultLimits, readingLimits } from "./limits.js";
import { parse } from "./parse.js";
import { isPolite } from "./politeness.js";
import { isKeyedPeerId } from "./checks/peer.js";

const files = readVectors();

function schemaOf({ event, direction, limits: name }: VectorFile) {
  const limits = name === "default" ? defaultLimits : readingLimits;
  const events: Record<string, z.ZodMiniType> =
    direction === "client" ? createClientEvents(limits) : createServerEvents(limits);
  const schema = events[event];
  if (schema === undefined) throw new Error(`The registry has no event ${direction} ${event}.`);
  return schema;
}

describe.each(files)("a $event sent by a $direction", (file) => {
  const schema = schemaOf(file);
  it.each(file.cases.filter((entry) => entry.valid))("is read: $name", ({ payload, reads }) => {
    expect(parse(schema, payload)).toStrictEqual({ ok: true, value: reads ?? payload });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
  it.each(file.cases.filter((entry) => !entry.valid))("is rejected: $name", ({ payload, code }) => {
    expect(parse(schema, payload)).toMatchObject({ ok: false, code, retryable: false });
  });
});

describe("the vectors", () => {
  const both = [
    ["client", Object.keys(createClientEvents(defaultLimits))],
    ["server", Object.keys(createServerEvents(defaultLimits))],
  ] as const;

  it.each(both)("cover every event that a %s sends, valid and invalid", (direction, events) => {
    const covered = files.filter((file) => file.direction === direction);
    expect(covered.map((file) => file.event).sort()).toEqual([...events].sort());
    for (const { cases } of covered) {
      expect(cases.some((entry) => entry.valid)).toBe(true);
      expect(cases.some((entry) => !entry.valid)).toBe(true);
    }
  });

  it("give each case a unique name, and a code if it is invalid", () => {
    for (const { cases } of files) {
      expect(new Set(cases.map((entry) => entry.name)).size).toBe(cases.length);
      for (const entry of cases) expect(entry.valid).toBe(entry.code === undefined);
    }
  });
});

describe("the tables of vectors", () => {
  it.each(readTable<{ self: string; remote: string; polite: boolean }>("politeness.json"))(
    "isPolite($self, $remote) is $polite",
    ({ self, remote, polite }) => expect(isPolite(self, remote)).toBe(polite),
  );
  it.each(readTable<{ name: string; wire: string; sdp: string }>("description-texts.json"))(
    "toSessionDescription: $name",
    ({ wire, sdp }) => {
      expect(toSessionDescription("answer", wire)).toStrictEqual({ type: "answer", sdp });
    },
  );
  it.each(readTable<{ name: string; wire: Candidate; init: IceCandidateInit }>("ice-candidates.json"))(
    "toIceCandidateInit: $name",
    ({ wire, init }) => expect(toIceCandidateInit(wire)).toStrictEqual(init),
  );
  it("list every error code and whether it is retryable", () => {
    const listed = readTable<{ code: keyof typeof errorCodes; retryable: boolean }>("error-codes.json");
    expect(listed.map((row) => row.code).sort()).toEqual(Object.keys(errorCodes).sort());
    for (const { code, retryable } of listed)
      expect(rejection(code, "…")).toStrictEqual({ ok: false, code, message: "…", retryable });
  });
  it("derive ids from keys by the formula of the protocol, recognized by isKeyedPeerId", async () => {
    for (const { key, id } of readTable<{ key: string; id: string }>("peer-id.json")) {
      const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`sig-peer:${key}`));
      expect(Buffer.from(hash).toString("base64url").slice(0, 22)).toBe(id);
      expect(isKeyedPeerId(id)).toBe(true);
    }
  });
});
