import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrowserServer } from "playwright-core";
import type { TestProject } from "vitest/node";
import { launchServer, type Engine } from "./browser.js";

declare module "vitest" {
  interface ProvidedContext {
    /** A URL: `/engine/worker` below it returns the address of a browser. */
    browsers: string;
  }
}

/**
 * Browsers that the files of a run use one after the other: starting Firefox takes as long as many a test. Each worker has
 * its own, started on first use and replaced if it dies.
 */
export default async function shareBrowsers(project: TestProject): Promise<() => Promise<void>> {
  const started = new Map<string, Promise<BrowserServer>>();

  const start = async (name: string): Promise<BrowserServer> => {
    const browser = await launchServer(name.split("/")[0] as Engine);
    browser.on("close", () => started.delete(name));
    return browser;
  };

  const server = createServer((request, response) => {
    const name = (request.url ?? "").slice(1);
    const browser = started.get(name) ?? start(name);
    started.set(name, browser);
    browser.then(
      (ready) => response.end(ready.wsEndpoint()),
      (error: unknown) => {
        started.delete(name);
        response.writeHead(500).end(String(error));
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  project.provide("browsers", `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);

  return async () => {
    server.close();
    await Promise.all([...started.values()].map(async (browser) => (await browser).close()));
  };
}
