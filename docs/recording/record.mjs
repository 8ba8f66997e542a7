import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { buildStale } from "../../scripts/lib/build.mjs";
import { findChromium } from "../../scripts/lib/tools.mjs";
import { showPerson } from "./person.mjs";
import { drawStage, showStage } from "./stage.mjs";

/**
 * Records docs/recording/outage.webp from the example: two windows, the server killed, the call goes on.
 *
 *     node docs/recording/record.mjs
 *
 * Needs a Chromium (`npm test` gets one) and `img2webp` (Debian: `apt-get install webp`).
 */
const root = fileURLToPath(new URL("../..", import.meta.url));
const target = fileURLToPath(new URL("outage.webp", import.meta.url));
const port = "3000";
const url = `http://localhost:${port}`;
const people = [
  { name: "Ada", hue: 210 },
  { name: "Grace", hue: 20 },
];
const windowSize = { width: 480, height: 370 };

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {{ file: string, at: number }} Frame */

async function startServer() {
  const child = spawn(process.execPath, ["dist/main.js"], {
    cwd: join(root, "examples/server"),
    env: { ...process.env, PORT: port },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit").then(() => Promise.reject(new Error(`The server ended. Is port ${port} in use?`)));
  ended.catch(() => undefined);
  await Promise.race([once(child.stdout, "data"), ended]);
  return {
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}

/**
 * @param {import("playwright-core").Browser} browser
 * @param {{ name: string, hue: number }} person
 */
async function openWindow(browser, person) {
  const context = await browser.newContext({ viewport: windowSize });
  const page = await context.newPage();
  await page.addInitScript(showPerson, person);
  return page;
}

/**
 * Takes frames of the stage until `stop()`, as quickly as the machine allows and at most 8 a second.
 *
 * @param {Page} stage
 * @param {Page[]} windows
 * @param {string} folder
 */
function film(stage, windows, folder) {
  /** @type {Frame[]} */
  const frames = [];
  let filming = true;
  const done = (async () => {
    while (filming) {
      const begun = Date.now();
      const shots = await Promise.all(windows.map((page) => page.screenshot({ type: "jpeg", quality: 92 })));
      await stage.evaluate(
        drawStage,
        shots.map((shot) => `data:image/jpeg;base64,${shot.toString("base64")}`),
      );
      const file = join(folder, `${String(frames.length).padStart(4, "0")}.jpg`);
      await stage.screenshot({ path: file, type: "jpeg", quality: 95 });
      frames.push({ file, at: begun });
      await sleep(Math.max(0, 125 - (Date.now() - begun)));
    }
  })();
  done.catch(() => undefined);
  return {
    stop: async () => {
      filming = false;
      await done;
      return frames;
    },
  };
}

/** @param {Frame[]} frames */
async function encode(frames) {
  const pictures = frames.flatMap(({ file, at }, index) => {
    const next = frames[index + 1]?.at ?? at + 2500;
    return ["-d", String(Math.max(40, next - at)), file];
  });
  const child = spawn(
    "img2webp",
    ["-loop", "0", "-min_size", "-lossy", "-q", "60", "-m", "6", ...pictures, "-o", target],
    {
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  const [status] = await Promise.race([
    once(child, "exit"),
    once(child, "error").then(([error]) =>
      Promise.reject(new Error("img2webp is needed (Debian: apt-get install webp).", { cause: error })),
    ),
  ]);
  if (status !== 0) throw new Error(`img2webp ended with status ${String(status)}.`);
}

if (!(await buildStale(["@sig-examples/server", "@sig-examples/web"])))
  throw new Error("The example could not be built.");
const folder = await mkdtemp(join(tmpdir(), "sig-recording-"));
let server = await startServer();
const browser = await chromium.launch({
  executablePath: findChromium(),
  chromiumSandbox: false,
  args: [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
  ],
});
try {
  const windows = await Promise.all(people.map((person) => openWindow(browser, person)));
  const stage = await browser.newPage({ viewport: { width: 1000, height: 546 } });
  await stage.setContent(showStage(people.map(({ name }) => name)));
  const type = (/** @type {string} */ text) =>
    stage.evaluate((line) => globalThis.document.querySelector("pre")?.append(`${line}\n`), text);

  await Promise.all(
    windows.map((page, index) => page.goto(`${url}/?room=standup&auto=1&name=${people[index]?.name ?? ""}`)),
  );
  await Promise.all(windows.map((page) => page.locator('[data-testid="tile"][data-state="connected"]').waitFor()));
  await sleep(1500);

  await type(`$ npm start\n${url}`);
  const filming = film(stage, windows, folder);
  await sleep(3000);
  await type("$ kill -9 $(pidof node)   # the signaling server is gone; the video goes on");
  await server.kill();
  await sleep(6000);
  await type(`$ npm start               # it is back; both pages rejoin by themselves\n${url}`);
  server = await startServer();
  const rejoined = (/** @type {Page} */ page) =>
    page
      .getByTestId("status")
      .filter({ hasText: /^joined$/ })
      .waitFor({ state: "attached" });
  await Promise.all(windows.map(rejoined));
  await sleep(3000);
  const frames = await filming.stop();
  await writeFile(join(folder, "frames.json"), JSON.stringify(frames));
  await encode(frames);
  console.log(
    `${target}: ${String(frames.length)} frames, ${String(Math.round((await stat(target)).size / 1024))} KiB`,
  );
} finally {
  await browser.close();
  await server.kill();
  if (process.env.KEEP_FRAMES) console.log(folder);
  else await rm(folder, { recursive: true, force: true });
}
