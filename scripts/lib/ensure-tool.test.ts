import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ensureTool, type Tool } from "./ensure-tool.mjs";

let folder: string;

/** An `apt-get` that fails while another one is at work, as the real one does. */
const locking = `#!/bin/sh
cd "$(dirname "$0")" || exit 1
[ "$1" = install ] || exit 0
mkdir lock 2>/dev/null || exit 100
sleep 0.1
for package; do :; done
touch "$package"
rmdir lock
`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sig-apt-"));
  writeFileSync(join(folder, "apt-get"), locking, { mode: 0o755 });
  vi.stubEnv("PATH", folder + delimiter + String(process.env.PATH));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const tool = (name: string): Tool => ({
  name,
  tests: `the tests of ${name}`,
  find: () => (existsSync(join(folder, name)) ? join(folder, name) : undefined),
  packages: [[name]],
});

const isRootOnDebian = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");

it.runIf(isRootOnDebian)("tools that are asked for at once are installed one after the other", async () => {
  const names = ["first", "second", "third"];
  expect(await Promise.all(names.map((name) => ensureTool(tool(name))))).toEqual([true, true, true]);
});
