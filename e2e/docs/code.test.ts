import { expect, onTestFinished, test } from "vitest";
import { filesOf } from "./support/files.js";
import { compiledFolder, installedFolder } from "./support/installed.js";
import { codeBlocks, readDocument } from "./support/markdown.js";
import { isScript, isServer, writeProgram } from "./support/program.js";
import { runServer } from "./support/running-server.js";

/** The blocks of these pages are one program each, which a test of its own compiles and runs. */
const programs = ["docs/guide.md", "docs/moderation.md"];

const blocks = filesOf("docs")
  .filter((path) => path.endsWith(".md") && !programs.includes(path))
  .flatMap((path) =>
    codeBlocks(readDocument(path)).map((block, index) => ({
      ...block,
      path,
      name: `${path.replace(/\W/g, "-")}-${index}`,
    })),
  )
  .filter(isScript);

test("D01: every block of JavaScript and TypeScript in docs/ compiles against the published packages", async () => {
  const files = blocks.map(({ name, language, code }) => [`${name}.${language}`, code] as const);
  expect(files.length).toBeGreaterThan(5);
  await compiledFolder("documents", Object.fromEntries(files));
});

test.each(blocks.filter(isServer))("D01: the server in $path starts, and answers Socket.IO", async (block) => {
  const folder = await installedFolder(block.name, {});
  const file = await writeProgram(folder, "server", block);
  const server = await runServer(folder, file, { TURN_SECRET: "a secret for the test" });
  onTestFinished(() => server.stop());
  const handshake = await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`, {
    headers: { "sec-fetch-site": "same-origin" },
  });
  expect(await handshake.text()).toContain('"sid"');
});
