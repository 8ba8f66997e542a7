import {
  chromium,
  firefox,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type BrowserServer,
  type LaunchOptions as DriverOptions,
} from "playwright-core";
import { findChromium } from "../../../scripts/lib/find-chromium.mjs";
import { findFirefox } from "../../../scripts/lib/find-firefox.mjs";

export type Engine = "chromium" | "firefox";

export interface LaunchOptions {
  /** Default: Chromium. */
  browser?: Engine;
  /** False leaves camera and microphone to be refused, as a person may. Default true: fake ones, with no question asked. */
  devices?: boolean;
  /** True hides local addresses behind `.local` names, as browsers do for pages that never asked for a camera. Default false. */
  mdns?: boolean;
}

/** A browser of its own, with nothing in it that calls home. */
export function launch({ browser = "chromium", ...options }: LaunchOptions = {}): Promise<Browser> {
  return types[browser].launch(optionsFor[browser](options));
}

/** The same for several processes that connect to it, one after the other. */
export function launchServer(browser: Engine): Promise<BrowserServer> {
  return types[browser].launchServer(optionsFor[browser]({}));
}

/** One that `launchServer` has started. To close it closes what was opened here. */
export function connect(browser: Engine, address: string): Promise<Browser> {
  return types[browser].connect(address);
}

const types = { chromium, firefox };
const optionsFor = { chromium: chromiumOptions, firefox: firefoxOptions };

/** With no sandbox: it does not start as root. */
function chromiumOptions({ devices = true, mdns = false }: LaunchOptions): DriverOptions {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new Error("No Chromium was found. `npm test` gets one; CHROMIUM_PATH names one.");
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

/** Debian's or Mozilla's own, driven by WebDriver BiDi. */
function firefoxOptions({ devices = true, mdns = false }: LaunchOptions): DriverOptions {
  const executablePath = findFirefox();
  if (executablePath === undefined) throw new Error("No Firefox was found. FIREFOX_PATH names one.");
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
      // Codecs that Firefox would download come from elsewhere; VP8 is built in.
      "media.gmp-manager.updateEnabled": false,
      // Nobody looks at what a window with a camera in use, or a tab that is about to be opened, would show.
      "ui.prefersReducedMotion": 1,
      "browser.newtab.preload": false,
      // A process for each tab, which it keeps from one address to the next.
      "fission.webContentIsolationStrategy": 0,
      "dom.ipc.processCount": 60_000,
    },
  };
}

/** A context of its own. What its pages throw or complain of is added to `errors`: a test that expects none asks for it at the end. */
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
  context.on("weberror", (error) => errors.push(error.error().message));
  context.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  return { context, errors };
}
