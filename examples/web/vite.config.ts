import { defaultClientConditions, defineConfig } from "vite";

export default defineConfig({
  // The packages of this repository are read from their sources, so the page needs no other build before its own.
  resolve: { conditions: ["@sig/source", ...defaultClientConditions] },
  build: { target: "es2022", modulePreload: { polyfill: false } },
  server: { proxy: { "/socket.io": { target: "http://localhost:3000", ws: true } } },
});
