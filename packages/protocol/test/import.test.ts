import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";

/** Globals that only a page has. */
const browserGlobals = [
  "window",
  "self",
  "document",
  "location",
  "navigator",
  "localStorage",
  "sessionStorage",
  "indexedDB",
  "RTCPeerConnection",
  "XMLHttpRequest",
];

/** Those that Node starts with: other modules of this process, as Zod, have added their own. */
const nodeGlobals = JSON.parse(
  execFileSync(process.execPath, ["-p", "JSON.stringify(Object.getOwnPropertyNames(globalThis))"], {
    encoding: "utf8",
  }),
) as string[];

let bundle: string;

beforeAll(async () => {
  const entry = fileURLToPath(new URL("../src/index.ts", import.meta.url));
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    treeShaking: false,
    ignoreAnnotations: true,
    format: "iife",
    globalName: "protocol",
    platform: "neutral",
    mainFields: ["module", "main"],
  });
  bundle = result.outputFiles[0]!.text;
});

/** A realm with the language only, in which access to any other global is recorded. */
function bareRealm() {
  const context = createContext({});
  const language = new Set(runInContext("Object.getOwnPropertyNames(globalThis)", context) as string[]);
  const touched: string[] = [];
  for (const name of [...nodeGlobals, ...browserGlobals]) {
    if (language.has(name)) continue;
    Object.defineProperty(context, name, { configurable: true, get: () => void touched.push(name) });
  }
  return { run: (code: string) => runInContext(code, context) as unknown, touched };
}

describe("importing the package", () => {
  it("touches no global of a browser or of Node", () => {
    const { run, touched } = bareRealm();
    run(`typeof navigator; typeof process;`);
    expect(touched).toEqual(["navigator", "process"]);
    touched.length = 0;
    run(bundle);
    expect(touched).toEqual([]);
  });

  it("works with the language alone", () => {
    const { run } = bareRealm();
    run(bundle);
    const read = run(
      `const { exit } = protocol.createClientEvents(protocol.defaultLimits);
       JSON.stringify(protocol.parse(exit, { room: "r", extra: 1 }))`,
    );
    expect(read).toBe('{"ok":true,"value":{"room":"r"}}');
  });

  it("works under a content security policy that forbids eval", () => {
    const context = createContext({}, { codeGeneration: { strings: false, wasm: false } });
    runInContext(bundle, context);
    const read: unknown = runInContext(
      `protocol.parse(protocol.createClientEvents(protocol.defaultLimits).exit, { room: "" }).code`,
      context,
    );
    expect(read).toBe("BAD_PAYLOAD");
  });

  it("leaves the built-in prototypes unchanged", () => {
    const { run } = bareRealm();
    const names =
      "JSON.stringify([Object, Array, String, Function, Promise, Map, Set].map((c) => " +
      "Object.getOwnPropertyNames(c.prototype)))";
    const before = run(names);
    run(bundle);
    expect(run(names)).toBe(before);
  });
});

describe("the page entry", () => {
  it("loads no module of zod", async () => {
    const result = await build({
      entryPoints: [fileURLToPath(new URL("../src/page.ts", import.meta.url))],
      bundle: true,
      write: false,
      metafile: true,
      treeShaking: false,
      platform: "neutral",
    });
    const modules = Object.keys(result.metafile.inputs);
    expect(modules.length).toBeGreaterThan(5);
    expect(modules.filter((module) => /zod|schema/.test(module))).toEqual([]);
  });

  it("adds to a bundle only the functions that the page uses", async () => {
    const result = await build({
      stdin: {
        contents: `export { isPolite } from "./page.ts";`,
        resolveDir: fileURLToPath(new URL("../src", import.meta.url)),
      },
      bundle: true,
      write: false,
      format: "esm",
      platform: "neutral",
      minify: true,
    });
    expect(result.outputFiles[0]?.text.length).toBeLessThan(60);
  });
});
