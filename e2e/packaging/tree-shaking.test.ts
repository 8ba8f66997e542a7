import { join } from "node:path";
import { build as buildWithVite, type Rolldown } from "vite";
import { describe, expect, test } from "vitest";
import { measureClient } from "../../bench/size.mjs";
import { consumerFolder } from "./support/packed.js";
import { packedPackages } from "./support/provided.js";

const { folder } = await packedPackages();

/** One small thing of each entry that a page may import, and the minified bytes that it may take. */
const small: [name: string, entry: string, bytes: number][] = [
  ["SignalingError", "@sig/client", 500],
  ["preflight", "@sig/client", 3000],
  ["FakeClock", "@sig/client/testing", 4000],
  ["isPolite", "@sig/protocol", 500],
  ["defaultLimits", "@sig/protocol", 500],
  ["isPolite", "@sig/protocol/page", 500],
];

const bundlers: Record<string, (folder: string, page: string) => Promise<number>> = {
  esbuild: async (_, page) => (await measureClient({ from: folder, conditions: [], page })).minified,
  Vite: async (own) => {
    const built = (await buildWithVite({
      root: own,
      configFile: false,
      logLevel: "silent",
      build: {
        write: false,
        rolldownOptions: {
          input: join(own, "entry.js"),
          preserveEntrySignatures: "strict",
        },
      },
    })) as Rolldown.RolldownOutput;
    const chunks = new Map(
      built.output.flatMap((file) => (file.type === "chunk" ? [[file.fileName, file] as const] : [])),
    );
    const loaded = new Set([...chunks.values()].filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
    for (const name of loaded) for (const other of chunks.get(name)?.imports ?? []) loaded.add(other);
    return [...loaded].reduce((sum, name) => sum + (chunks.get(name)?.code.length ?? 0), 0);
  },
};

describe.each(Object.entries(bundlers))("D03: %s", (bundler, measure) => {
  test.each(small)("keeps of %s alone, from %s, no more than %i bytes", async (name, entry, bytes) => {
    const page = `import { ${name} } from "${entry}"; export const used = ${name};`;
    const own = await consumerFolder({ folder }, `shaken-${bundler}-${name}-${entry.replaceAll(/\W/g, "-")}`, {
      "entry.js": page,
    });
    const size = await measure(own, page);
    expect(size).toBeGreaterThan(30);
    expect(size).toBeLessThanOrEqual(bytes);
  });
});
