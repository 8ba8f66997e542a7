import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { attachSignaling } from "@sig/server";
import { checkServer } from "sig-conformance";
import { Server } from "socket.io";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { run } from "../../scripts/lib/run.mjs";
import { succeed } from "../packaging/support/command.js";
import { packedPackages } from "../packaging/support/provided.js";
import { compiledFolder } from "./support/installed.js";
import { serveLocked } from "./support/locked-registry.js";
import { codeBlocks, readDocument } from "./support/markdown.js";
import { documentedOutput, isScript, isServer, writeProgram } from "./support/program.js";
import { runServer } from "./support/running-server.js";

const { folder, tarballs } = await packedPackages();

const parent = await mkdtemp(join(tmpdir(), "sig-apps-"));
const registry = await serveLocked(folder);
afterAll(async () => {
  registry.close();
  await rm(parent, { recursive: true, force: true });
});

// "sig" beside "your-app", as the commands expect it.
const packed = join(parent, "sig", "packed");
await mkdir(packed, { recursive: true });
await Promise.all(Object.values(tarballs).map((file) => cp(file, join(packed, basename(file)))));

/** A folder in which the commands of a README have run. READMEs with the same commands share it. */
async function appOf(name: string): Promise<string> {
  const [pack, enter, install = ""] =
    blocksOf(name)
      .find(({ language }) => language === "sh")
      ?.code.split("\n") ?? [];
  // The test of the main README runs the first two.
  expect([pack, enter]).toEqual(["npm run pack", "cd ../your-app"]);
  const app = join(parent, install.replace(/\W+/g, "-"));
  if (existsSync(app)) return app;
  await mkdir(app);
  await writeFile(join(app, "package.json"), "{}");
  await writeFile(join(app, ".npmrc"), `registry=${registry.url}\naudit=false\nfund=false\n`);
  const { ok, output } = await run("sh", ["-ec", install], { cwd: app });
  expect(ok, output).toBe(true);
  return app;
}

const blocksOf = (name: string) => codeBlocks(readDocument(`packages/${name}/README.md`));
const scriptsOf = (name: string) => blocksOf(name).filter(isScript);

describe.each(["protocol", "server", "client", "conformance"])("The README of %s", (name) => {
  test("D01: shows code that compiles against the package as it is published", async () => {
    const blocks = scriptsOf(name);
    expect(blocks.length).toBeGreaterThan(0);
    const files = blocks.map(({ language, code }, index) => [`${String(index)}.${language}`, code] as const);
    const given = "declare global {\n  function startMyClient(url: string, room: string): void;\n}\n";
    await compiledFolder(`readme-of-${name}`, { ...Object.fromEntries(files), "given.d.ts": given });
  });
});

describe("The commands of a package's README install what its code needs", () => {
  test("D02: @sig/protocol, whose code prints what the comments say", async () => {
    const app = await appOf("protocol");
    for (const [index, block] of scriptsOf("protocol").entries()) {
      const printed = await succeed(
        process.execPath,
        [await writeProgram(app, `protocol-${String(index)}`, block)],
        app,
      );
      const expected = documentedOutput(block);
      expect(expected.length).toBeGreaterThan(0);
      for (const line of expected) expect(printed.split("\n")).toContain(line.replace(/: invalid$/, ""));
    }
  });

  test("D02: @sig/server, whose server starts", async () => {
    const app = await appOf("server");
    const [block] = scriptsOf("server").filter(isServer);
    if (block === undefined) throw new Error("The README of @sig/server shows no server.");
    const server = await runServer(app, await writeProgram(app, "server", block));
    onTestFinished(() => server.stop());
    expect(await (await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`)).text()).toContain('"sid"');
  });

  test("D02: @sig/client, whose test of an application runs", async () => {
    const app = await appOf("client");
    const [block] = scriptsOf("client").filter(({ code }) => code.includes("@sig/client/testing"));
    if (block === undefined) throw new Error("The README of @sig/client shows no test.");
    const printed = await succeed(process.execPath, [await writeProgram(app, "test", block)], app);
    expect(printed).toMatch(/^\[\n {2}'state joining',/);
    expect(printed).toMatch(/track .*camera/);
  });

  test("D02: sig-conformance, which checks a server, by rules that the README quotes", async () => {
    const app = await appOf("conformance");
    const io = new Server(0);
    attachSignaling(io);
    onTestFinished(() => io.close());
    const url = `http://localhost:${String((io.httpServer.address() as { port: number }).port)}`;
    const [block] = scriptsOf("conformance").filter(({ code }) => code.includes("checkServer"));
    if (block === undefined) throw new Error("The README of sig-conformance checks no server.");
    const quick = block.code
      .replace("http://localhost:3000", url)
      .replace('except: ["limits.flood"]', 'only: ["joining.created"]');
    const printed = await succeed(process.execPath, [await writeProgram(app, "check", { ...block, code: quick })], app);
    expect(printed).toMatch(/^passed answers a join with/);

    const quoted = blocksOf("conformance").flatMap(({ code }) => [...code.matchAll(/^[✓✗] (.*) \(([\w.]+)\)$/gm)]);
    const { results } = await checkServer(url, { only: quoted.map(([, , rule = ""]) => rule) });
    expect(results.map(({ requirement, rule }) => [requirement, rule])).toEqual(
      quoted.map(([, requirement, rule]) => [requirement, rule]),
    );
  });

  test("D02: sig-conformance, whose command prints what the README shows", async () => {
    const app = await appOf("conformance");
    const [shown] = blocksOf("conformance").filter(({ code }) => code.startsWith("Connect your client to"));
    const command = join(app, "node_modules", ".bin", "sig-conformance");
    const { output } = await run(command, ["client", "--port", "0", "--wait", "0.3"], { cwd: app });
    expect(output.replace(/localhost:\d+/, "localhost:4848")).toContain(shown?.code);
  });
});
