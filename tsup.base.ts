import { defineConfig, type Options } from "tsup";

/** Every package ships ESM, CommonJS and the types of both. */
export const base: Options = {
  entry: ["src/index.ts"],
  format: ["esm", "cjs"],
  target: "es2022",
  platform: "neutral",
  dts: { compilerOptions: { ignoreDeprecations: "6.0", customConditions: [] } },
  sourcemap: true,
  clean: true,
  treeshake: true,
};

export default defineConfig(base);
