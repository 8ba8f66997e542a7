import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { build, createLogger } from "vite";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { runTool } from "../../scripts/lib/run.mjs";
import { consumerFolder, packageNames, succeed } from "./support/packed.js";
import { importAll, meeting, page, requireAll, serving, typedProgram } from "./support/programs.js";

const packed = inject("packed");

describe("A program that installed the packages", () => {
  test.each([
    ["ESM", "main.mjs", importAll],
    ["CommonJS", "main.cjs", requireAll],
  ])("runs a room of two from %s and ends by itself", async (kind, file, head) => {
    const folder = await consumerFolder(packed, `run-${kind}`, { [file]: `${head}\n${meeting}` });
    const output = await succeed(process.execPath, [file], folder);
    expect(JSON.parse(output)).toEqual({
      peers: 1,
      sdp: "v=0",
      from: true,
      manager: "idle",
      polite: true,
      ttl: 3600,
      devices: 0,
    });
  });

  test("gets the same module from every import of one kind", async () => {
    const folder = await consumerFolder(packed, "twice", {
      "main.mjs": `for (const name of ${JSON.stringify(packageNames)}) if ((await import(name)) !== (await import(name))) process.exit(1);`,
    });
    await succeed(process.execPath, ["main.mjs"], folder);
  });

  test("has the conformance kit as a command, which checks a server", async () => {
    const folder = await consumerFolder(packed, "checked", { "main.mjs": `${importAll}\n${serving}` });
    const server = spawn(process.execPath, [join(folder, "main.mjs")], { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void server.kill());
    const [address] = (await once(server.stdout, "data")) as [Buffer];
    const output = await succeed(
      join(packed.folder, "node_modules", ".bin", "sig-conformance"),
      ["server", address.toString().trim(), "--only", "joining,vectors.relayed"],
      folder,
    );
    expect(output).toMatch(/: 8 passed, 0 failed\.\n$/);
  });

  test.each(["Ctrl+C", "a reader that goes away, as `head` does,"])(
    "ends the conformance kit on %s with status 2 and without a stack trace",
    async (how) => {
      const kit = spawn(process.execPath, [
        join(packed.folder, "node_modules", "sig-conformance", "bin", "sig-conformance.js"),
        "client",
        "--port",
        "0",
        "--wait",
        how === "Ctrl+C" ? "60" : "0.3",
      ]);
      onTestFinished(() => void kit.kill("SIGKILL"));
      const exited = once(kit, "exit");
      let complaint = "";
      kit.stderr.on("data", (data: Buffer) => (complaint += data.toString()));
      await once(kit.stdout, "data");
      if (how === "Ctrl+C") kit.kill("SIGINT");
      else kit.stdout.destroy();
      expect(await exited).toEqual([2, null]);
      expect(complaint).toBe(
        how === "Ctrl+C" ? "\nStopped before the end: rules not listed above were not checked.\n" : "",
      );
    },
  );

  test.each([
    ["node16", "node16", "module"],
    ["node16", "node16", "commonjs"],
    ["preserve", "bundler", "module"],
  ])("compiles strictly with module %s, resolution %s and type %s", async (module, moduleResolution, type) => {
    const compilerOptions = {
      target: "es2022",
      lib: ["es2022", "dom"],
      module,
      moduleResolution,
      strict: true,
      noEmit: true,
      types: ["node"],
    };
    const folder = await consumerFolder(packed, `types-${moduleResolution}-${type}`, {
      "package.json": JSON.stringify({ type }),
      "tsconfig.json": JSON.stringify({
        compilerOptions: { ...compilerOptions, exactOptionalPropertyTypes: true },
        files: ["main.ts"],
      }),
      "main.ts": typedProgram,
    });
    const { ok, output } = await runTool("typescript/bin/tsc", ["-p", folder]);
    expect(ok, output).toBe(true);
  });

  test("builds a page with Vite, without a warning and without anything of Node's", async () => {
    const folder = await consumerFolder(packed, "page", {
      "index.html": `<script type="module" src="./main.js"></script>`,
      "main.js": page,
    });
    const warnings: string[] = [];
    const logger = createLogger("silent");
    logger.warn = (text) => warnings.push(text);
    await build({ root: folder, configFile: false, customLogger: logger, logLevel: "warn" });
    expect(warnings).toEqual([]);
    const assets = join(folder, "dist", "assets");
    const texts = await Promise.all((await readdir(assets)).map((file) => readFile(join(assets, file), "utf8")));
    expect(texts.join("\n")).toContain("createAndJoinRoom");
    expect(texts.join("\n")).not.toMatch(/__vite-browser-external|\bfrom\s*["']node:/);
  });

  // The conformance kit is a program of Node's.
  test.each(packageNames.filter((name) => name !== "sig-conformance"))(
    "imports %s in Node without a browser's globals, and nothing else happens",
    async (name) => {
      const script = `
      // A library for both worlds asks for neither world's globals while it is imported.
      for (const name of ["window", "document", "navigator", "RTCPeerConnection", "location", "self"]) {
        Object.defineProperty(globalThis, name, { configurable: true, get() { throw new Error("It looked at " + name + "."); } });
      }
      const before = new Set(Object.getOwnPropertyNames(globalThis));
      import(${JSON.stringify(name)}).then((library) => setImmediate(() => {
        const globals = Object.getOwnPropertyNames(globalThis).filter((each) => !before.has(each));
        const resources = process.getActiveResourcesInfo().filter((each) => each !== "PipeWrap" && each !== "Immediate");
        console.log(JSON.stringify({ exports: Object.keys(library).length > 0, globals, resources }));
      }));`;
      const output = await succeed(process.execPath, ["-e", script], packed.folder);
      const { exports, globals, resources } = JSON.parse(output) as {
        exports: boolean;
        globals: string[];
        resources: string[];
      };
      expect({ exports, resources }).toEqual({ exports: true, resources: [] });
      // zod keeps its configuration in two globals, so that several copies of it agree.
      expect(globals.filter((each) => !each.startsWith("__zod_"))).toEqual([]);
    },
  );
});
