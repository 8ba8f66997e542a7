import { defineConfig } from "tsup";
import { base } from "../../tsup.base.ts";

export default defineConfig({ ...base, entry: { index: "src/index.ts", page: "src/page.ts" } });
