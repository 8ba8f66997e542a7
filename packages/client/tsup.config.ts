import { defineConfig } from "tsup";
import { base } from "../../tsup.base.ts";

const entry = { index: "src/index.ts", testing: "src/testing/index.ts", store: "src/entries/store.ts" };

export default defineConfig([
  {
    ...base,
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
