import { defaultClientConditions, defineConfig } from "vite";
import { precompress } from "./precompress.js";

export default defineConfig({
  // Reads the packages of this repository from their sources, so that they need no build. Leave it out in your own app.
  resolve: { conditions: ["@sig/source", ...defaultClientConditions] },
  build: { target: "es2022", modulePreload: { polyfill: false } },
  plugins: [precompress()],
  server: { proxy: { "/socket.io": { target: "http://localhost:3000", ws: true } } },
});
