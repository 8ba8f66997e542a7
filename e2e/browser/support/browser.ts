import { chromium, type Browser, type BrowserContext, type BrowserContextOptions } from "playwright-core";
import { findChromium } from "../../../scripts/lib/find-chromium.mjs";

export interface LaunchOptions {
  /** False leaves camera and microphone to be refused, as a person may. Default true: fake ones, with no question asked. */
  devices?: boolean;
  /** True hides local addresses behind `.local` names, as browsers do for pages that never asked for a camera. Default false. */
  mdns?: boolean;
}

/** A Chromium of its own, with no sandbox (it does not start as root) and nothing that calls home. */
export function launch({ devices = true, mdns = false }: LaunchOptions = {}): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("No Chromium was found. `npm test` gets one; CHROMIUM_PATH names one.");
  return chromium.launch({
    executablePath,
    chromiumSandbox: false,
    args: [
      ...(devices ? ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"] : []),
      ...(mdns ? [] : ["--disable-features=WebRtcHideLocalIpsWithMdns"]),
      "--autoplay-policy=no-user-gesture-required",
      "--allow-loopback-in-peer-connection",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A context of its own. What its pages throw or complain of is added to `errors`: a test that expects none asks for it at the end. */
export async function newContext(browser: Browser, errors: string[] = [], options: BrowserContextOptions = {}): Promise<{ context: BrowserContext; errors: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", ...options });
  context.on("weberror", (error) => errors.push(error.error().message));
  context.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  return { context, errors };
}
