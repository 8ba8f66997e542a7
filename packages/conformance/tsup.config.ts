import { defineConfig } from "tsup";
import { base } from "../../tsup.base.ts";

// `shims`: the golden vectors are resolved relative to this package, in CommonJS too.
export default defineConfig({ ...base, entry: ["src/index.ts", "src/cli.ts"], platform: "node", shims: true });
