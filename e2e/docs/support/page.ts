import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import { createServer as createViteServer } from "vite";
import { expect } from "vitest";

/** A page of a user's app, as its development server would serve it. */
export interface ServedPage {
  readonly url: string;
  stop(): Promise<void>;
}

/** The address of Vite's development server, which the documents name. */
const documentedOrigin = "http://localhost:5173";

/** @returns the server that a document shows, which expects the page at another address. */
export function withOrigin(code: string, { url }: ServedPage): string {
  expect(code).toContain(documentedOrigin);
  return code.replaceAll(documentedOrigin, url);
}

/** Serves a page without content whose script `script()` returns. The port is free; the script may be ready later. */
export async function servePage(script: () => string): Promise<ServedPage> {
  const server: Server = createServer(({ url = "" }, response) => {
    const isScript = url === "/client.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? script() : '<!doctype html><script type="module" src="/client.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${String((server.address() as AddressInfo).port)}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Serves a folder with the development server of Vite. The port is free. */
export async function serveWithVite(root: string): Promise<ServedPage> {
  const server = await createViteServer({ root, configFile: false, logLevel: "warn", server: { port: 0 } });
  await server.listen();
  const url = new URL(server.resolvedUrls?.local[0] ?? "").origin;
  return { url, stop: () => server.close() };
}

/** @returns the bundle of a module for browsers; fails on a warning of the bundler. */
export async function bundle(folder: string, file: string): Promise<string> {
  const { warnings, outputFiles } = await build({
    entryPoints: [file],
    absWorkingDir: folder,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    logLevel: "silent",
  });
  expect(warnings).toEqual([]);
  return outputFiles[0]?.text ?? "";
}
