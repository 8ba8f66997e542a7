import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { transports } from "../client.js";
import { vectorText } from "../vector-text.js";
import { hostileText } from "./hostile-texts.js";
import { expectSame } from "./same-message.js";
import { twoServers } from "./two-servers.js";

const receivers = [
  ["a client with a key", [true, true]],
  ["a legacy client", [false, false]],
] as const;

describe.each(receivers)("%s cannot tell the fast way from the plain one", (_, keyed) => {
  it.each(transports)("by any text of a relayed event, over %s", async (transport) => {
    const { fast, plain } = await twoServers({ transport, keyed });
    const batch = fc.array(hostileText(keyed[0]), { minLength: 100, maxLength: 100 });
    let forwarded = 0;
    let rewritten = 0;
    let rejected = 0;
    await fc.assert(
      fc.asyncProperty(batch, async (texts) => {
        const [received, expected] = [await fast.send(texts), await plain.send(texts)];
        texts.forEach((text, index) => {
          const got = received[index] ?? [];
          expectSame(got, expected[index] ?? [], text);
          if (got.length === 0) rejected += 1;
          else if (got[0]?.startsWith(text.slice(0, -2)) === true) forwarded += 1;
          else rewritten += 1;
        });
        expect(fast.replies).toEqual(plain.replies);
      }),
      { numRuns: 15 },
    );
    // Otherwise the comparison would be of one way with itself.
    for (const count of [forwarded, rewritten, rejected]) expect(count).toBeGreaterThan(20);
  });

  it("by any of the golden vectors", async () => {
    const { fast, plain } = await twoServers({ keyed });
    const texts = vectorTexts();
    const [received, expected] = [await fast.send(texts), await plain.send(texts)];
    texts.forEach((text, index) => expectSame(received[index] ?? [], expected[index] ?? [], text.slice(0, 500)));
    expect(fast.replies).toEqual(plain.replies);
  });
});

/** The vectors of relayed events, addressed to the receiver. */
function vectorTexts(): string[] {
  const folder = join(dirname(createRequire(import.meta.url).resolve("@sig/protocol/package.json")), "vectors");
  return readdirSync(folder).flatMap((name) => {
    if (!/^client-(offer|answer|candidate)\.json$/.test(name)) return [];
    const { event, cases } = JSON.parse(readFileSync(join(folder, name), "utf8")) as {
      event: string;
      cases: { payload?: unknown }[];
    };
    return cases.flatMap(({ payload }) => {
      const text = vectorText(payload ?? null);
      const here = text.replace(/"to":"[^"]*"/, '"to":"$TO"').replace(/"room":"[^"]*"/, '"room":"r"');
      // Megabytes are sent once.
      if (text.length > 50_000) return [`2["${event}",${here}]`];
      return [text, here, here.replace(/"from":"[^"]*"/, '"from":"$FROM"')].map((json) => `2["${event}",${json}]`);
    });
  });
}
