import { defineConfig } from "tsup";

export default defineConfig([
  {
    entry: ["src/main.ts", "src/node.ts"],
    format: ["esm"],
    target: "node20",
    platform: "node",
    sourcemap: true,
    clean: true,
  },
  {
    entry: { page: "src/page/page.ts" },
    outDir: "dist/public",
    publicDir: "public",
    format: ["esm"],
    target: "es2022",
    platform: "browser",
    // A page has nowhere to import packages from.
    noExternal: [/./],
    minify: true,
    outExtension: () => ({ js: ".js" }),
  },
]);
