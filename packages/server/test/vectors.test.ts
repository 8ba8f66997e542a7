import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { peerIdFromKey } from "@sig/server";
import { describe, expect, it } from "vitest";
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

describe("the golden vectors of client events", () => {
  for (const name of readdirSync(folder).filter((file) => file.startsWith("client-"))) {
    const { event, cases } = read(name) as { event: string; cases: Case[] };
    it(`${event}: a running server accepts the valid payloads and rejects the others with their codes`, async () => {
      const { url } = await startServer({ rateLimit: false }, { maxHttpBufferSize: 8_000_000 });
      const raw = await RawClient.connect(url);
      for (const { name: title, valid, code, ...rest } of cases) {
        const reply = (await raw.call(event, "payload" in rest ? vectorText(rest.payload) : "")) as {
          ok: boolean;
          code?: string;
        };
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
