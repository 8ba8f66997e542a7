import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { isSharedName, isSignalingEvent, type ClientEventName } from "@sig/protocol";
import { peerIdFromKey } from "@sig/server";
import { describe, expect, it } from "vitest";
import { newKey } from "./client.js";
import { startServer } from "./harness.js";
import { RawClient } from "./raw.js";
import { vectorText } from "./vector-text.js";

interface Case {
  readonly name: string;
  readonly payload?: unknown;
  readonly valid: boolean;
  readonly code?: string;
}

const folder = join(dirname(createRequire(import.meta.url).resolve("@sig/protocol/package.json")), "vectors");
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), "utf8"));

/** Joins the room that a payload names, with a key: names that applications use too are read of members alone. */
async function joinedRoom(raw: RawClient, payload: unknown): Promise<string | undefined> {
  const room = (payload as { room?: unknown } | null | undefined)?.room;
  if (typeof room !== "string") return undefined;
  const { ok } = (await raw.call("createAndJoinRoom", JSON.stringify({ room, key: newKey() }))) as { ok: boolean };
  return ok ? room : undefined;
}

describe("the golden vectors of client events", () => {
  for (const name of readdirSync(folder).filter((file) => file.startsWith("client-"))) {
    const { event, cases } = read(name) as { event: ClientEventName; cases: Case[] };
    it(`${event}: a running server accepts the valid payloads and rejects the others with their codes`, async () => {
      const { url } = await startServer({ rateLimit: false }, { maxHttpBufferSize: 8_000_000 });
      for (const { name: title, valid, code, ...rest } of cases) {
        const raw = await RawClient.connect(url);
        const text = "payload" in rest ? vectorText(rest.payload) : "";
        const payload = text === "" ? undefined : (JSON.parse(text) as unknown);
        const room = isSharedName(event) ? await joinedRoom(raw, payload) : undefined;
        if (isSharedName(event) && !isSignalingEvent(event, payload, true, (name) => name === room)) {
          // It may be the application's: nobody answers. The schema alone drops unknown fields of `iceServers`.
          expect(valid && event !== "iceServers", title).toBe(false);
          const before = raw.frames.length;
          raw.send(`42999["${event}"${text === "" ? "" : `,${text}`}]`);
          await raw.call("offer", "{}");
          expect(
            raw.frames.slice(before).filter((frame) => !frame.startsWith("43")),
            title,
          ).toEqual([]);
          expect(
            raw.frames.filter((frame) => frame.startsWith("43999")),
            title,
          ).toEqual([]);
          continue;
        }
        const reply = (await raw.call(event, text)) as { ok: boolean; code?: string };
        if (valid) expect(["BAD_PAYLOAD", "TOO_LARGE", "INTERNAL"], title).not.toContain(reply.code);
        else expect(reply, title).toMatchObject({ ok: false, code });
      }
    });
  }

  it("a key makes the id of its vector", () => {
    const { cases } = read("peer-id.json") as { cases: { key: string; id: string }[] };
    expect(cases.length).toBeGreaterThan(0);
    for (const { key, id } of cases) expect(peerIdFromKey(key)).toBe(id);
  });
});
