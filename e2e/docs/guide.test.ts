import { createHmac } from "node:crypto";
import { symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { root } from "../../scripts/lib/paths.mjs";
import { run } from "../../scripts/lib/run.mjs";
import { launch } from "../browser/support/browser.js";
import { packedPackages } from "../packaging/support/provided.js";
import { compiledFolder } from "./support/installed.js";
import { codeBlocks, fileShown, readDocument } from "./support/markdown.js";
import { bundle, servePage, withOrigin } from "./support/page.js";
import { runServer } from "./support/running-server.js";

const guide = readDocument("docs/guide.md");

describe("docs/guide.md", () => {
  test("D02: installs every package that its code imports, with the commands of the README", () => {
    const commands = [guide, readDocument("README.md")].flatMap((page) =>
      Array.from(page.matchAll(/\bnpm install ([^`\n]+)/g), ([, names = ""]) => names.split(" ")),
    );
    const code = codeBlocks(guide).map((block) => block.code);
    const imported = Array.from(code.join("\n").matchAll(/ from "((?:@[\w-]+\/)?[\w.-]+)/g), ([, name = ""]) => name);
    const missing = imported.filter((name) => !/^(?:node$|\.|@sig\/)/.test(name) && !commands.flat().includes(name));
    expect(imported).toEqual(expect.arrayContaining(["zod", "vitest", "socket.io"]));
    expect(missing).toEqual([]);
  });

  test("D01: shows one server and one page that bring invited people into a call", async () => {
    let script = "";
    const page = await servePage(() => script);
    onTestFinished(() => page.stop());
    const serverCode = fileShown(guide, "server.js");
    const serverFolder = await compiledFolder("guide-server", { "server.js": withOrigin(serverCode, page) });
    const server = await runServer(serverFolder, "server.js", {
      TURN_SECRET: "a secret for the test",
      INVITATION_SECRET: "another secret",
    });
    onTestFinished(() => server.stop());
    const files = Object.fromEntries(["client.ts", "messages.ts"].map((file) => [file, fileShown(guide, file)]));
    const folder = await compiledFolder("guide-page", files);
    script = (await bundle(folder, "client.ts")).replaceAll("http://localhost:3000", server.url);

    const browser = await launch();
    onTestFinished(() => browser.close());
    const open = async (query = "") => {
      const window = await (await browser.newContext()).newPage();
      const printed: string[] = [];
      window.on("console", (line) => printed.push(line.text()));
      await window.goto(`${page.url}/${query}`);
      return { window, printed };
    };
    const invitation = createHmac("sha256", "another secret").update("standup").digest("base64url");
    const [ada, grace] = [await open(`?invitation=${invitation}`), await open(`?invitation=${invitation}`)];
    for (const { window, printed } of [ada, grace]) {
      await window.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0);
      await expect.poll(() => printed.join("\n"), { timeout: 10_000 }).toContain("chat Ada Hello, Ada");
      expect(printed.join("\n")).toMatch(/^track Ada camera (?:audio|video)$/m);
    }
    await expect.poll(() => ada.printed.join("\n"), { timeout: 10_000 }).toContain("serverMessage notice");
    const stranger = await open();
    await expect
      .poll(() => stranger.printed.join("\n"), { timeout: 10_000 })
      .toContain("not joined UNAUTHORIZED Show your invitation. false");
    await expect.poll(() => server.printed(), { timeout: 10_000 }).toContain("{ name: 'standup', peers: 2 }");
    // The comment names the fields of a member in the order in which Node.js prints them.
    const [, documented = ""] = /signaling\.peers\(room\)\); \/\/ \[\{ (.*?) \}, \.\.\.\]/.exec(guide) ?? [];
    const [, printed = ""] = /^ {2}\{\n(.*?)^ {2}\}/ms.exec(server.printed()) ?? [];
    expect(Array.from(printed.matchAll(/^ {4}(\w+):/gm), ([, field]) => field)).toEqual(
      documented.replaceAll(/: (?:"\w+"|\{.*?\})/g, "").split(", "),
    );
    expect(printed).toMatch(/state: 'online'.*metadata: \{ name: 'Ada' \}/s);
    await expect.poll(() => server.printed(), { timeout: 10_000 }).toContain("createAndJoinRoom UNAUTHORIZED");
  });

  test("D01: shows a test that passes in Vitest, with the packages as they are published", async () => {
    await symlink(
      dirname(fileURLToPath(import.meta.resolve("vitest/package.json"))),
      join((await packedPackages()).folder, "node_modules", "vitest"),
    );
    const folder = await compiledFolder("guide-test", { "call.test.ts": fileShown(guide, "call.test.ts") });
    const { ok, output } = await run(
      process.execPath,
      [join(root, "e2e/node_modules/vitest/vitest.mjs"), "run", "--root", folder, "--reporter=verbose"],
      { cwd: folder, env: { NO_COLOR: "1" } },
    );
    expect(ok, output).toBe(true);
    expect(output).toContain("Grace receives Ada's camera");
  });
});
