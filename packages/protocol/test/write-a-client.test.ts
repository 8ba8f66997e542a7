import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { published } from "./json-schema.js";

const page = readFileSync(new URL("../../../docs/write-a-client.md", import.meta.url), "utf8");
const examples = [...page.matchAll(/^```json (\w+) ([\w-]+)\n([^]*?)^```$/gm)].map(
  ([, first = "", second = "", body = ""]) => ({
    schema: first === "ack" ? `ack-${second}` : `${second}-${first}`,
    payload: JSON.parse(body) as object,
  }),
);

it.each(examples)("an example in docs/write-a-client.md is valid by the JSON Schema $schema", ({ schema, payload }) => {
  const valid = published[schema];
  expect(valid?.(payload), JSON.stringify(valid?.errors)).toBe(true);
  // A misspelled field would be valid: the schemas allow unknown fields.
  const known = JSON.stringify(valid?.schema);
  for (const field of Object.keys(payload)) expect(known).toContain(`"${field}":{`);
});

it("docs/write-a-client.md has an example of each message that it explains", () => {
  const names = examples.map(({ schema }) => schema);
  expect(names).toEqual(
    expect.arrayContaining([
      "client-createAndJoinRoom",
      "server-created",
      "client-offer",
      "server-answer",
      "client-candidate",
      "server-joined",
      "server-presence",
      "server-exit",
      "client-exit",
      "ack-offer",
      "server-rejected",
      "to-device-config",
      "to-device-offer",
      "from-device-answer",
      "from-device-candidate",
    ]),
  );
});
