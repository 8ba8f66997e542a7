import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { buildStale } from "./build.mjs";
import { root } from "./paths.mjs";

const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { packageManager: string };

/** A package whose build writes its name into the log of the workspace. */
const manifest = (name: string, needs: string[] = []) =>
  JSON.stringify({
    name,
    version: "1.0.0",
    scripts: { build: `node -e "fs.mkdirSync('dist',{recursive:true});fs.appendFileSync('../../log','${name} ')"` },
    dependencies: Object.fromEntries(needs.map((need) => [need, "workspace:*"])),
  });

test("A build runs for the packages that changed and for those that need them, in order", async () => {
  const top = mkdtempSync(join(tmpdir(), "sig-workspace-"));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), text);
  };
  /** What a build builds. */
  const built = async (...names: string[]) => {
    write("log", "");
    expect(await buildStale(names, top)).toBe(true);
    return readFileSync(join(top, "log"), "utf8").trim();
  };
  write("package.json", JSON.stringify({ name: "top", private: true, packageManager }));
  write("pnpm-workspace.yaml", "packages:\n  - packages/*\n");
  write(".gitignore", "node_modules\ndist\nlog\n");
  for (const name of ["turbo.json", "tsconfig.base.json", "tsup.base.ts"])
    write(name, readFileSync(join(root, name), "utf8"));
  write("packages/a/package.json", manifest("a", ["c"]));
  write("packages/b/package.json", manifest("b"));
  write("packages/c/package.json", manifest("c", ["b"]));
  write("packages/c/src/index.ts", "1");

  expect(await built("c")).toBe("b c");
  expect(await built()).toBe("a");
  for (const path of ["README.md", "test/index.ts", "src/index.test.ts", "src/world.sim.ts"])
    write(`packages/c/${path}`, "");
  expect(await built()).toBe("");
  write("packages/c/src/index.ts", "2");
  rmSync(join(top, "packages/b/dist"), { recursive: true });
  expect(await built()).toBe("b c a");
}, 120_000);
