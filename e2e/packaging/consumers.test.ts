import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { build, createLogger } from "vite";
import { describe, expect, onTestFinished, test } from "vitest";
import { succeed } from "./support/command.js";
import { consumerFolder, packageNames, readManifest } from "./support/packed.js";
import { identity, importAll, meeting, page, requireAll, serving } from "./support/programs.js";
import { packedPackages } from "./support/provided.js";

const packed = await packedPackages();

/**
 * Everything that a program can import from the packages. A bundle that holds the whole library is a copy on purpose.
 */
async function entries(): Promise<string[]> {
  const names = await Promise.all(
    packageNames.map(async (name) => {
      const { exports } = await readManifest(join(packed.folder, "node_modules", name));
      const subpaths = Object.keys(exports as object).filter((subpath) => !/\*|\.json$|^\.\/browser$/.test(subpath));
      return subpaths.map((subpath) => `${name}${subpath.slice(1)}`);
    }),
  );
  return names.flat();
}

describe.each(Object.entries(packed.consumers))("A program that installed the packages with %s", (_, folder) => {
  test.each([
    ["ESM", "main.mjs", importAll],
    ["CommonJS", "main.cjs", requireAll],
  ])("runs a room of two from %s and ends by itself", async (kind, file, head) => {
    const own = await consumerFolder({ folder }, `run-${kind}`, { [file]: `${head}\n${meeting}` });
    const output = await succeed(process.execPath, [file], own);
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
});

describe("A program that installed the packages", () => {
  test.each([
    ["ESM", "mjs", "export const NAME", "await import"],
    ["CommonJS", "cjs", "exports.NAME", "require"],
  ])("gets one class for each name from every importer and every entry in %s", async (kind, end, declare, load) => {
    const libraries = (await entries()).map((entry) => `["${entry}", ${load}("${entry}")]`).join(",\n");
    const importer = (name: string) => `${declare.replace("NAME", name)} = [${libraries}];`;
    const folder = await consumerFolder(packed, `identity-${kind}`, {
      [`first.${end}`]: importer("first"),
      [`main.${end}`]:
        kind === "ESM"
          ? `import { first } from "./first.mjs";\nimport { second } from "./inner/second.mjs";\n${identity}`
          : `const { first } = require("./first.cjs");\nconst { second } = require("./inner/second.cjs");\n${identity}`,
    });
    await consumerFolder({ folder }, "inner", { [`second.${end}`]: importer("second") });
    const output = await succeed(process.execPath, [`main.${end}`], folder);
    const result = JSON.parse(output) as { classes: number; disagreed: string[]; caught: boolean };
    expect(result).toEqual({ classes: result.classes, disagreed: [], caught: true });
    expect(result.classes).toBeGreaterThan(5);
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
    expect(output).toMatch(/: 9 passed, 0 failed\.\n$/);
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
        Object.defineProperty(globalThis, name, {
    configurable: true,
    get() { throw new Error("It looked at " + name + "."); },
  });
      }
      const before = new Set(Object.getOwnPropertyNames(globalThis));
      import(${JSON.stringify(name)}).then((library) => setImmediate(() => {
        const globals = Object.getOwnPropertyNames(globalThis).filter((each) => !before.has(each));
        const resources = process
  .getActiveResourcesInfo()
  .filter((each) => each !== "PipeWrap" && each !== "Immediate");
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
