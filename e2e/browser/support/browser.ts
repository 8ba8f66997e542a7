import {
  chromium,
  firefox,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type BrowserServer,
  type LaunchOptions as DriverOptions,
} from "playwright-core";
import { findChromium, findFirefox } from "../../../scripts/lib/tools.mjs";
import { recordTrace } from "./trace.js";

export type Engine = "chromium" | "firefox";

export interface LaunchOptions {
  /** Default: Chromium. */
  browser?: Engine;
  /** False: the page is denied camera and microphone. Default true: fake ones, with no prompt. */
  devices?: boolean;
  /**
   * True hides local addresses behind `.local` names, as browsers do for pages without a camera permission. Default
   * false.
   */
  mdns?: boolean;
}

/** Starts a browser that makes no network requests of its own. */
export function launch({ browser = "chromium", ...options }: LaunchOptions = {}): Promise<Browser> {
  return types[browser].launch(optionsFor[browser](options));
}

/** Starts one that several processes can connect to, one after the other. */
export function launchServer(browser: Engine): Promise<BrowserServer> {
  return types[browser].launchServer(optionsFor[browser]({}));
}

/** Connects to one that `launchServer` has started. Closing it closes only what this process opened. */
export function connect(browser: Engine, address: string): Promise<Browser> {
  return types[browser].connect(address);
}

const types = { chromium, firefox };
const optionsFor = { chromium: chromiumOptions, firefox: firefoxOptions };

/** Without a sandbox: Chromium does not start as root with one. */
function chromiumOptions({ devices = true, mdns = false }: LaunchOptions): DriverOptions {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new Error("No Chromium found. `npm test` installs one, or set CHROMIUM_PATH.");
  return {
    executablePath,
    chromiumSandbox: false,
    args: [
      ...(devices ? ["--use-fake-device-for-media-stream=fps=30", "--use-fake-ui-for-media-stream"] : []),
      ...(mdns ? [] : ["--disable-features=WebRtcHideLocalIpsWithMdns"]),
      "--autoplay-policy=no-user-gesture-required",
      "--allow-loopback-in-peer-connection",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  };
}

/** Debian's or Mozilla's build, driven by WebDriver BiDi. */
function firefoxOptions({ devices = true, mdns = false }: LaunchOptions): DriverOptions {
  const executablePath = findFirefox();
  if (executablePath === undefined) throw new Error("No Firefox found. Set FIREFOX_PATH.");
  return {
    channel: "moz-firefox",
    executablePath,
    firefoxUserPrefs: {
      "media.navigator.streams.fake": devices,
      "media.navigator.permission.disabled": devices,
      "media.peerconnection.ice.loopback": true,
      "media.peerconnection.ice.obfuscate_host_addresses": mdns,
      "media.autoplay.default": 0,
      "app.update.enabled": false,
      "datareporting.policy.dataSubmissionEnabled": false,
      "toolkit.telemetry.enabled": false,
      "network.captive-portal-service.enabled": false,
      "network.connectivity-service.enabled": false,
      // Firefox downloads some codecs; the tests use VP8, which is built in.
      "media.gmp-manager.updateEnabled": false,
      // No animations and no preloaded tab: they only cost time.
      "ui.prefersReducedMotion": 1,
      "browser.newtab.preload": false,
      // One process for each tab, kept across navigations.
      "fission.webContentIsolationStrategy": 0,
      "dom.ipc.processCount": 60_000,
    },
  };
}

/**
 * Opens a context of its own. Everything that its pages throw or log as an error is added to `errors`, for the test to
 * check.
 */
export async function newContext(
  browser: Browser,
  errors: string[] = [],
  options: BrowserContextOptions = {},
): Promise<{ context: BrowserContext; errors: string[] }> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: "reduce",
    ...options,
  });
  if (process.env.SIG_TRACE !== undefined) await recordTrace(context, process.env.SIG_TRACE);
  context.on("weberror", (error) => errors.push(error.error().message));
  context.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  return { context, errors };
}
