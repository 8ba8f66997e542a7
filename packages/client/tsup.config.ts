import { readFile } from "node:fs/promises";
import { defineConfig, type Options } from "tsup";
import { base } from "../../tsup.base.ts";
import internalNames from "./internal-names.json" with { type: "json" };
import order from "./module-order.json" with { type: "json" };

const entry = { index: "src/index.ts", testing: "src/testing/index.ts", store: "src/entries/store.ts" };

/**
 * Constants become numbers where they are used: a bundler can then drop their declarations, and what a page loads later
 * shares no file of constants with what it loads at once. Only here: a function that is called at once would lose its
 * `@__PURE__`, by which a bundler drops the schemas of `@sig/protocol`.
 * Methods and fields that are no one's but ours become short: no minifier may shorten them where they are used.
 */
const esbuildOptions: Options["esbuildOptions"] = (options) => {
  options.minifySyntax = true;
  options.mangleProps = new RegExp(`^(${internalNames.join("|")})$`);
};

/** Writes modules in the order that compresses best; `bench/module-order.mjs` looks for it. */
const moduleOrder: NonNullable<Options["esbuildPlugins"]>[number] = {
  name: "module-order",
  setup(build) {
    build.onLoad({ filter: /src[\\/]peer-manager\.ts$/ }, async ({ path }) => {
      const imports = order.map((module) => `import "./${module.replace("src/", "")}";`);
      // In one line with the first, so that source maps stay right.
      return { contents: imports.join("") + (await readFile(path, "utf8")), loader: "ts" };
    });
  },
};

export default defineConfig([
  {
    ...base,
    esbuildOptions,
    esbuildPlugins: [moduleOrder],
    // Parts of `index` in files of their own: a bundler leaves out those that a page does not use.
    entry: {
      ...entry,
      "parts/peer-manager": "src/peer-manager.ts",
      "parts/preflight": "src/diagnostics/preflight.ts",
      "parts/errors": "src/errors.ts",
      "parts/when-connected": "src/peer/when-connected.ts",
    },
    dts: { ...(base.dts as object), entry },
  },
  {
    // One file with everything in it, for `<script type="module">`; its types are those of the package.
    ...base,
    entry: { browser: "src/entries/browser.ts" },
    format: ["esm"],
    platform: "browser",
    noExternal: [/.*/],
    splitting: false,
    esbuildOptions,
    minify: true,
    clean: false,
    dts: false,
  },
]);
