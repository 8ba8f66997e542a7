import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const config = fileURLToPath(new URL("../.dependency-cruiser.cjs", import.meta.url));
const cruiser = fileURLToPath(new URL("../node_modules/dependency-cruiser/bin/dependency-cruise.mjs", import.meta.url));

const manifest = (name: string, dependencies: Record<string, string> = {}) =>
  JSON.stringify({ name, type: "module", exports: { ".": { "@sig/source": "./src/index.ts" } }, dependencies });
const library = {
  "index.js": "export {};",
  "package.json": JSON.stringify({ version: "1.0.0", exports: { ".": "./index.js", "./mini": "./index.js" } }),
};
const client = "packages/client/src";

/** A tree in which every arrow points the way it should. */
const sound: Record<string, string> = {
  "package.json": "{}",
  "packages/protocol/package.json": manifest("@sig/protocol", { zod: "*" }),
  "packages/protocol/src/index.ts": `export * as z from "zod/mini";`,
  "packages/server/package.json": manifest("@sig/server"),
  "packages/server/src/index.ts": `export const server = 1;`,
  "packages/client/package.json": manifest("@sig/client"),
  "packages/conformance/package.json": manifest("sig-conformance"),
  "packages/conformance/src/index.ts": `export const check = 1;`,
  [`${client}/index.ts`]: `export { signal } from "./signaling/channel.js";
export { drive } from "./webrtc/driver.js";`,
  [`${client}/peer-manager.ts`]: `export const manager = 1;`,
  [`${client}/room/room.ts`]: `export const room = 1;`,
  [`${client}/errors.ts`]: `export const error = 1;`,
  [`${client}/hen.ts`]: `export interface Hen { from: unknown }`,
  [`${client}/signaling/channel.ts`]: `import { error } from "../errors.js"; export const signal = error;`,
  [`${client}/webrtc/driver.ts`]: `import { negotiate } from "../negotiation/negotiate.js";
export const drive = negotiate;`,
  [`${client}/negotiation/negotiate.ts`]: `export const negotiate = 1;`,
  [`${client}/negotiation/negotiate.test.ts`]: `import "fast-check"; import "./negotiate.js";`,
  "examples/app/src/main.ts": `export const main = 1;`,
  "e2e/browser/page.ts": `export const page = 1;`,
  ...Object.fromEntries(
    ["zod", "left-pad", "fast-check"].flatMap((name) =>
      Object.entries(library).map(([file, text]) => [`node_modules/${name}/${file}`, text]),
    ),
  ),
};

/** Files that each break one rule at least. */
const wrong: [rule: string, path: string, text: string][] = [
  ["no-cycles", `${client}/egg.ts`, `import type { Hen } from "./hen.js"; export interface Egg { from: Hen }`],
  ["no-unresolved", `${client}/unresolved.ts`, `import "./nowhere.js";`],
  ["server-not-to-client", "packages/server/src/client.ts", `import "../../client/src/index.js";`],
  ["client-not-to-server", `${client}/server.ts`, `import "../../server/src/index.js";`],
  ["protocol-only-zod", "packages/protocol/src/pad.ts", `import "left-pad";`],
  ["protocol-only-zod", "packages/protocol/src/node.ts", `import "node:crypto";`],
  ["conformance-not-to-ours", "packages/conformance/src/server/ours.ts", `import "../../../server/src/index.js";`],
  ["conformance-not-to-ours", "packages/conformance/src/client/ours.ts", `import "../../../client/src/index.js";`],
  ["negotiation-is-pure", `${client}/negotiation/outside.ts`, `import "../errors.js";`],
  [
    "negotiation-is-pure",
    `${client}/negotiation/outside-types.ts`,
    `import type { error } from "../errors.js"; export type E = typeof error;`,
  ],
  ["negotiation-is-pure", `${client}/negotiation/node.ts`, `import "node:timers";`],
  ["signaling-not-to-webrtc", `${client}/signaling/webrtc.ts`, `import "../webrtc/driver.js";`],
  ["webrtc-not-to-signaling", `${client}/webrtc/signaling.ts`, `import "../signaling/channel.js";`],
  ["client-down-only", `${client}/webrtc/up.ts`, `import "../room/room.js";`],
  ["peer-not-to-room", `${client}/peer/up.ts`, `import "../room/room.js";`],
  ["folders-not-to-the-face", `${client}/room/face.ts`, `import "../peer-manager.js";`],
  ["util-is-the-ground", `${client}/util/up.ts`, `import "../room/room.js";`],
  ["sources-not-to-tests", `${client}/tested.ts`, `import "./negotiation/negotiate.test.js";`],
  ["packages-by-name", `${client}/by-path.ts`, `import "../../protocol/src/index.js";`],
  ["users-by-name", "examples/app/src/by-path.ts", `import "../../../packages/client/src/index.js";`],
  ["users-by-name", "e2e/browser/by-path.ts", `import "../../packages/server/src/index.js";`],
  ["packages-not-to-users", `${client}/example.ts`, `import "../../../examples/app/src/main.js";`],
  ["declared-or-not-used", `${client}/undeclared.ts`, `import "left-pad";`],
];

const trees: string[] = [];
afterAll(() => trees.forEach((tree) => rmSync(tree, { recursive: true, force: true })));

/** Which rule each file of a tree breaks, as `rule: path`. */
function violations(files: Record<string, string>): string[] {
  const tree = mkdtempSync(join(tmpdir(), "sig-arrows-"));
  trees.push(tree);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  const args = [cruiser, "--config", config, "--output-type", "json", "packages", "examples", "e2e"];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: tree, encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  const { summary } = JSON.parse(stdout) as { summary: { violations: { from: string; rule: { name: string } }[] } };
  return summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`);
}

describe("The arrows", () => {
  const hen = { [`${client}/hen.ts`]: `import type { Egg } from "./egg.js"; export interface Hen { from: Egg }` };
  let inSound: string[] = [];
  let inWrong: string[] = [];

  // Starting the tool twice takes longer than the five seconds of a test.
  beforeAll(() => {
    inSound = violations(sound);
    inWrong = violations({ ...sound, ...hen, ...Object.fromEntries(wrong.map(([, path, text]) => [path, text])) });
  }, 120_000);

  test("a tree in which they all point the right way breaks no rule", () => {
    expect(inSound).toEqual([]);
  });

  test.each(wrong)("%s: %s must not contain %s", (rule, path) => {
    expect(inWrong).toContain(`${rule}: ${path}`);
  });

  test("every rule has a file that breaks it", () => {
    const { forbidden } = createRequire(import.meta.url)(config) as { forbidden: { name: string }[] };
    expect(forbidden.map(({ name }) => name).filter((name) => !wrong.some(([rule]) => rule === name))).toEqual([]);
  });
});
