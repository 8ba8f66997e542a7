import { defineConfig, type Options } from "tsup";
import { base } from "../../tsup.base.ts";

const entry = { index: "src/index.ts", testing: "src/testing/index.ts", store: "src/entries/store.ts" };

/**
 * Constants become numbers where they are used: a bundler can then drop their declarations, and what a page loads later
 * shares no file of constants with what it loads at once. Only here: a function that is called at once would lose its
 * `@__PURE__`, by which a bundler drops the schemas of `@sig/protocol`.
 */
const esbuildOptions: Options["esbuildOptions"] = (options) => {
  options.minifySyntax = true;
};

export default defineConfig([
  {
    ...base,
    esbuildOptions,
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
    minify: true,
    clean: false,
    dts: false,
  },
]);
