import { defineConfig } from "tsup";
import base from "../../tsup.base.ts";

/** What a page loads is one file; only the types are shared between the two. */
export default defineConfig({ ...base, entry: { index: "src/index.ts", testing: "src/testing/index.ts" }, splitting: false });
