import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { root } from "../../scripts/lib/paths.mjs";
import { run } from "../../scripts/lib/run.mjs";
import { packedPackages } from "../packaging/support/provided.js";
import { serveLocked } from "./support/locked-registry.js";
import { codeBlocks, fileShown, readDocument } from "./support/markdown.js";
import { runServer } from "./support/running-server.js";

// Tests have a time limit; this has none.
const { folder } = await packedPackages();
const readme = readDocument("README.md");
const commands = codeBlocks(readme)
  .filter(({ language }) => language === "sh")
  .map(({ code }) => code);

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sig-readme-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const block = (command: string): string => commands.find((lines) => lines.includes(command)) ?? `no ${command}`;

describe("The commands of the README", () => {
  // "sig" beside "your-app", as the commands expect it.
  test("install the packed packages in an app, which then runs the server", async () => {
    const registry = await serveLocked(folder);
    onTestFinished(() => registry.close());
    const parent = await emptyFolder();
    const app = join(parent, "your-app");
    await symlink(root, join(parent, "sig"));
    await mkdir(app);
    await writeFile(join(app, "package.json"), JSON.stringify({ type: "module" }));
    await writeFile(join(app, ".npmrc"), `registry=${registry.url}\naudit=false\nfund=false\n`);

    const { ok, output } = await run("sh", ["-ec", `cd sig\n${block("npm install")}`], { cwd: parent });
    expect(ok, output).toBe(true);

    await writeFile(join(app, "server.js"), fileShown(readme, "server.js"));
    const server = await runServer(app, "server.js");
    onTestFinished(() => server.stop());
    const handshake = await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`);
    expect(await handshake.text()).toContain('"sid"');
  });

  // It installs and builds everything once more.
  const canClone = process.env.SIG_LONG !== undefined && existsSync(join(root, ".git"));
  test.runIf(canClone)("clone the repository and serve the meeting", { timeout: 600_000 }, async () => {
    const parent = await emptyFolder();
    // The checkout may belong to another user, as in a container.
    const config = join(parent, "gitconfig");
    await writeFile(config, "[safe]\n  directory = *\n");
    const program = spawn("sh", ["-ec", block("git clone").replace("URL", root)], {
      cwd: parent,
      env: { ...process.env, GIT_CONFIG_GLOBAL: config, PORT: "0" },
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    const ended = once(program, "exit");
    onTestFinished(async () => {
      if (program.pid !== undefined && program.exitCode === null) process.kill(-program.pid, "SIGTERM");
      await ended;
    });
    let printed = "";
    program.stdout.on("data", (text: Buffer) => (printed += text.toString()));
    const address = /^http:\/\/\S+$/m;
    await Promise.race([ended, expect.poll(() => printed, { timeout: 590_000, interval: 200 }).toMatch(address)]);
    const [url = ""] = address.exec(printed) ?? [];
    expect(await (await fetch(url)).text()).toContain("<title>");
    expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject({ ok: true });
  });
});
