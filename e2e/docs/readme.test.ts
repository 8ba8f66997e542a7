import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { attachSignaling } from "@sig/server";
import { Server } from "socket.io";
import { describe, expect, onTestFinished, test } from "vitest";
import { root } from "../../scripts/lib/paths.mjs";
import { launch } from "../browser/support/browser.js";
import { readManifest } from "../packaging/support/packed.js";
import { packedPackages } from "../packaging/support/provided.js";
import { compiledFolder, installedFolder } from "./support/installed.js";
import { codeBlocks, fileShown, readDocument } from "./support/markdown.js";
import { serveWithVite, withOrigin } from "./support/page.js";
import { runServer } from "./support/running-server.js";

const readme = readDocument("README.md");

/** Without imports, comments and empty lines. */
function linesOf(code: string): number {
  return code.split("\n").filter((line) => !/^\s*(?:import .*|\/\/.*)?$/.test(line)).length;
}

describe("The README", () => {
  test("D02: brings two people into a call with ten lines of code, as they stand there, served by Vite", async () => {
    const [serverCode, pageCode] = [fileShown(readme, "server.js"), fileShown(readme, "client.ts")];
    expect(linesOf(serverCode) + linesOf(pageCode)).toBeLessThanOrEqual(10);
    const [, html = ""] = /`index\.html` with `(.*?)`/.exec(readme) ?? [];
    const pageFolder = await compiledFolder("readme-page", { "client.ts": pageCode });
    const page = await serveWithVite(pageFolder);
    onTestFinished(() => page.stop());
    const folder = await installedFolder("readme-server", { "server.js": withOrigin(serverCode, page) });
    const server = await runServer(folder, "server.js");
    onTestFinished(() => server.stop());
    await writeFile(join(pageFolder, "client.ts"), pageCode.replaceAll("http://localhost:3000", server.url));
    await writeFile(join(pageFolder, "index.html"), html);

    const browser = await launch();
    onTestFinished(() => browser.close());
    const windows = await Promise.all([0, 1].map(async () => (await browser.newContext()).newPage()));
    await Promise.all(windows.map((window) => window.goto(page.url)));
    for (const window of windows)
      await window.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0);
  });

  test("lets a page without a bundler join with the code as it stands there", async () => {
    const [html = ""] = codeBlocks(readme).flatMap(({ language, code }) => (language === "html" ? [code] : []));
    const file = join((await packedPackages()).folder, "node_modules/@sig/client/dist/browser.js");
    const http = createServer(({ url }, response) => {
      response.setHeader("content-type", url === "/sig.js" ? "text/javascript" : "text/html");
      response.end(url === "/sig.js" ? readFileSync(file) : html);
    });
    const io = new Server(http);
    const signaling = attachSignaling(io);
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => io.close());
    const browser = await launch();
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    await page.goto(`http://localhost:${String((http.address() as AddressInfo).port)}`);
    await expect.poll(() => signaling.peers("standup"), { timeout: 10_000 }).toHaveLength(1);
  });

  test("names the two commands, and no script that does not exist", async () => {
    const commands = codeBlocks(readme)
      .filter(({ language }) => language === "sh")
      .flatMap(({ code }) => code.split(/\n|&&/))
      .map((line) =>
        line
          .replace(/\s+#.*$/, "")
          .replace(/^(?:[A-Z_]+=\S* )+/, "")
          .trim(),
      );
    expect(commands).toContain("npm start");
    expect(readme).toContain("`npm test`");

    const { scripts } = await readManifest(root);
    const named = commands.flatMap(
      (line) => /^(?:npm|pnpm)(?: run)? (?!install|add|i\b|-)([\w:]+)/.exec(line)?.[1] ?? [],
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
