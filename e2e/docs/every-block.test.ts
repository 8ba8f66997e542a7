import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/lib/paths.mjs";
import { filesOf } from "./support/files.js";
import { codeBlocks, readDocument } from "./support/markdown.js";

type Row = [pages: RegExp, blocks: RegExp, testOrReason: string];

/** Which blocks of code a test checks: by their page, and by the words behind the fence, followed by the code. */
const checked: Row[] = [
  [/^README/, /^(?:js|ts|html) /, "e2e/docs/readme.test.ts"],
  [/^README/, /^sh /, "e2e/docs/readme-commands.test.ts"],
  [
    /^docs\/guide/,
    /^(?:sh|[jt]s \/\/ (?:server\.js|client\.ts|messages\.ts|call\.test\.ts))\s/,
    "e2e/docs/guide.test.ts",
  ],
  [/^docs\/guide/, /^[jt]s \/\/ (?!server|client|messages|call\.test)/, "e2e/docs/frameworks.test.ts"],
  [/^docs\/moderation/, /^js \/\/ (?:server|login)\.js\s/, "e2e/docs/moderation.test.ts"],
  [/^docs\/(?!guide|moderation)/, /^(?:js|ts) /, "e2e/docs/code.test.ts"],
  [/^packages/, /^(?:js|ts|sh npm run pack|text)\s/, "e2e/docs/package-readmes.test.ts"],
  [/^packages\/conformance/, /^sh npx sig-conformance client/, "e2e/docs/package-readmes.test.ts"],
  [/^packages\/conformance/, /^sh npx sig-conformance server/, "e2e/packaging/consumers.test.ts"],
  [/^docs\/protocol/, /^json /, "packages/protocol/src/document.test.ts"],
  [/^docs\/devices/, /^json (?:from|to)-device \{/, "packages/protocol/src/schema/device.test.ts"],
  [/^docs\/write-a-client/, /^json \w+ [\w-]+ \{/, "packages/protocol/test/write-a-client.test.ts"],
  [/^docs\/write-a-client/, /^(?:python|text frames) /, "e2e/node/documented-client.test.ts"],
];

/** Which blocks no test checks, and why. */
const unchecked: Row[] = [
  [/^docs/, /^mermaid /, "a drawing"],
  [/^docs\/protocol/, /^text 4[02]/, "frames of Socket.IO; those of write-a-client.md are checked"],
  [/^packages\/client/, /^tsx /, "needs React, which nothing else here does; the store has tests of its own"],
  [/^docs\/negotiation/, /^text negotiate\(/, "a signature; the table below it is checked"],
  [/^docs\/test-long/, /^sh npm run test:long/, "takes an hour"],
  [/^docs\/test-long/, /^text /, "what that command printed once"],
  [/^docs\/turn/, /^sh TURN_URLS=/, "needs the relay of the reader"],
  [/^docs\/turn/, /^sh apt-get install coturn/, "changes the machine"],
];

const rows = [...checked, ...unchecked];

/** Every block of the pages for users. */
const blocks = filesOf()
  .filter((path) => /^(?:README|docs\/[\w-]+|packages\/\w+\/README)\.md$/.test(path))
  .flatMap((path) =>
    codeBlocks(readDocument(path)).map(({ info, title, code }) => ({
      path,
      start: `${info} ${title === "" ? "" : `// ${title}\n`}${code}`,
    })),
  );

const fits = ({ path, start }: (typeof blocks)[number], [pages, beginning]: Row): boolean =>
  pages.test(path) && beginning.test(start);

describe("D01: the code in the documents", () => {
  test("is checked by one test each, or has one reason why it is not", () => {
    expect(blocks.length).toBeGreaterThan(100);
    const others = blocks.filter((block) => rows.filter((row) => fits(block, row)).length !== 1);
    expect(others).toEqual([]);
  });

  test("has no rule that nothing needs, and no test that does not exist", () => {
    expect(rows.filter((row) => !blocks.some((block) => fits(block, row)))).toEqual([]);
    expect(checked.filter(([, , path]) => !existsSync(join(root, path)))).toEqual([]);
  });
});
