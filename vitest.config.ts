// Vitest 4 does not read vitest.workspace.ts by itself.
export { default } from "./vitest.workspace.ts";
