import { defineConfig } from "tsup";
import { base } from "../../tsup.base.ts";

export default defineConfig({
  ...base,
  entry: {
    index: "src/index.ts",
    device: "src/device/index.ts",
    metrics: "src/metrics/index.ts",
    redis: "src/redis/index.ts",
    parser: "src/parser/index.ts",
    turn: "src/turn.ts",
  },
});
