import type { BrowserServer } from "playwright-core";
import type { TestProject } from "vitest/node";
import { serveAnswers } from "../../support/answers.js";
import { launchServer, type Engine } from "./browser.js";

declare module "vitest" {
  interface ProvidedContext {
    /** A URL: `/engine/worker` below it returns the address of a browser. */
    browsers: string;
  }
}

/**
 * Browsers that the files of a run use one after the other: starting Firefox takes as long as many a test. Each worker
 * has its own, started on first use and replaced if it dies.
 */
export default async function shareBrowsers(project: TestProject): Promise<() => Promise<void>> {
  const started = new Map<string, Promise<BrowserServer>>();

  const start = async (name: string): Promise<BrowserServer> => {
    const browser = await launchServer(name.split("/")[0] as Engine);
    browser.on("close", () => started.delete(name));
    return browser;
  };

  const answers = await serveAnswers(async (name) => {
    const browser = started.get(name) ?? start(name);
    started.set(name, browser);
    try {
      return (await browser).wsEndpoint();
    } catch (error) {
      started.delete(name);
      throw error;
    }
  });
  project.provide("browsers", answers.url);

  return async () => {
    answers.close();
    await Promise.all([...started.values()].map(async (browser) => (await browser).close()));
  };
}
