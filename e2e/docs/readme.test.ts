import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { io } from "socket.io-client";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { root } from "../../scripts/lib/paths.mjs";
import { runTool } from "../../scripts/lib/run.mjs";
import { consumerFolder, readManifest } from "../packaging/support/packed.js";
import { blockTitled, codeBlocks, readDocument } from "./support/markdown.js";
import { runServer } from "./support/running-server.js";

const packed = inject("packed");
const readme = () => readDocument("README.md");
const moduleManifest = JSON.stringify({ type: "module" });

/** How a page's project is set up today: strict, for a bundler, with the DOM. */
const compilerOptions = {
  target: "es2022",
  lib: ["es2022", "dom", "dom.iterable"],
  module: "preserve",
  moduleResolution: "bundler",
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  allowJs: true,
  checkJs: true,
  types: ["node"],
};

/** A folder in which the packages are installed, with one program that is compiled as the text says it. */
async function compile(name: string, file: string, code: string): Promise<string> {
  const folder = await consumerFolder(packed, name, {
    "package.json": moduleManifest,
    "tsconfig.json": JSON.stringify({ compilerOptions, files: [file] }),
    [file]: `${code}\nexport {};\n`,
  });
  const { ok, output } = await runTool("typescript/bin/tsc", ["-p", folder]);
  expect(ok, output).toBe(true);
  return folder;
}

describe("The README", () => {
  test("starts a signaling server in at most 15 lines, which two clients join", async () => {
    const code = blockTitled(readme(), "server.js");
    expect(code.trimEnd().split("\n").length).toBeLessThanOrEqual(15);
    const folder = await consumerFolder(packed, "readme-server", { "package.json": moduleManifest, "server.js": code });
    const server = await runServer(folder, "server.js");
    onTestFinished(() => server.stop());

    const [first, second] = [io(server.url, { forceNew: true }), io(server.url, { forceNew: true })];
    onTestFinished(() => {
      for (const socket of [first, second]) socket.disconnect();
    });
    const join = (socket: typeof first): Promise<unknown> =>
      socket.timeout(10_000).emitWithAck("createAndJoinRoom", { room: "standup" });
    expect(await join(first)).toMatchObject({ ok: true, room: "standup", peers: [] });
    expect(await join(second)).toMatchObject({ ok: true, peers: [{ id: first.id }] });
    expect(server.printed()).toMatch(/https?:\/\//);
  });

  test("gets a page into a meeting in at most 15 lines, which compile strictly and bundle for browsers", async () => {
    const code = blockTitled(readme(), "client.ts");
    expect(code.trimEnd().split("\n").length).toBeLessThanOrEqual(15);
    const folder = await compile("readme-client", "client.ts", code);
    const { warnings, outputFiles } = await build({
      entryPoints: ["client.ts"],
      absWorkingDir: folder,
      bundle: true,
      format: "esm",
      platform: "browser",
      write: false,
      logLevel: "silent",
    });
    expect(warnings).toEqual([]);
    expect(outputFiles[0]?.text).toContain("createAndJoinRoom");
  });

  test("tests an app in ten lines, in Node, with the packages as they are published", async () => {
    const code = blockTitled(readme(), "call.test.ts");
    expect(
      code
        .trimEnd()
        .split("\n")
        .filter((line) => !/^(?:import|\/\/|$)/.test(line)).length,
    ).toBeLessThanOrEqual(10);
    const folder = await compile("readme-testing", "call.test.ts", code);
    const file = join(folder, "call.test.mjs");
    await build({
      entryPoints: ["call.test.ts"],
      outfile: file,
      absWorkingDir: folder,
      bundle: true,
      format: "esm",
      platform: "node",
      logLevel: "silent",
    });
    const { stdout } = await promisify(execFile)(process.execPath, [file]);
    expect(stdout).toMatch(/label: 'camera'/);
  });

  test("names the two commands, and no script that does not exist", async () => {
    const commands = codeBlocks(readme())
      .filter(({ language }) => language === "sh")
      .flatMap(({ code }) => code.split("\n"))
      .map((line) =>
        line
          .replace(/\s+#.*$/, "")
          .replace(/^(?:[A-Z_]+=\S* )+/, "")
          .trim(),
      );
    expect(commands).toEqual(expect.arrayContaining(["npm start", "npm test"]));

    const { scripts } = await readManifest(root);
    const named = commands.flatMap(
      (line) => /^(?:npm|pnpm)(?: run)? (?!install|add|i\b|-)([\w:]+)/.exec(line)?.[1] ?? [],
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe.each(["protocol", "server", "client"])("The readme of @sig/%s", (name) => {
  test("shows code that compiles against the package as it is published", async () => {
    const blocks = codeBlocks(readDocument(`packages/${name}/README.md`)).filter(({ language }) =>
      ["js", "ts"].includes(language),
    );
    expect(blocks.length).toBeGreaterThan(0);
    for (const [index, { language, code }] of blocks.entries()) {
      await compile(`readme-of-${name}-${index}`, `example.${language}`, code);
    }
  });
});
