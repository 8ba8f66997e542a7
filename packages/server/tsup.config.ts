import { defineConfig } from "tsup";
import { base } from "../../tsup.base.ts";

export default defineConfig({
  ...base,
  entry: { index: "src/index.ts", device: "src/device/index.ts", turn: "src/turn.ts" },
});
