import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";

/**
 * @typedef {object} Tool A program that tests need and that is not a dependency.
 * @property {string} name
 * @property {string} tests The tests that need it.
 * @property {(env?: Record<string, string | undefined>) => string | undefined} find The path of its program.
 *   Throws an Error if the variable that names it leads nowhere.
 * @property {readonly (readonly string[])[]} packages Debian's packages of it, and what the tests need of those that
 *   these recommend; the second list if the first fails.
 * @property {string} [variable] The environment variable that names its program.
 * @property {string} [preferred] On Debian this one is installed beside another that is found.
 * @property {readonly string[]} [download] Arguments of playwright-core, if there are no packages. The tool is
 *   required.
 */

/** Debian's Chromium without windows: the same engine, and a page in it needs less. */
const shell = "chromium-headless-shell";

/** The one that both browsers recommend: the layout of the example is measured in it. */
const font = "fonts-liberation";

/** Debian's Python: its packages are for no other. */
export const python = "/usr/bin/python3";
const pythonModules = ["aiohttp", "aiortc", "numpy", "socketio"];
const cLibraries = ["gstreamer-webrtc-1.0", "gstreamer-sdp-1.0", "libcjson", "libwebsockets"];

/** GStreamer loads these when the device in C runs; its build does not need them. */
const plugins = ["app", "coreelements", "dtls", "nice", "rtp", "rtpmanager", "sctp", "srtp"];
plugins.push("videoconvertscale", "videotestsrc", "vpx", "webrtc");

/**
 * If one is missing `npm test` installs it on Debian, or skips the tests that need it.
 *
 * @type {Record<"chromium" | "firefox" | "coturn" | "redis" | "caddy" | "nginx" | "pythonDevice" | "cDevice", Tool>}
 */
export const tools = {
  chromium: {
    name: "Chromium",
    tests: "the tests in Chromium",
    variable: "CHROMIUM_PATH",
    find: (env) =>
      findProgram(
        "CHROMIUM_PATH",
        [shell, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
        ["Google Chrome", "Chromium"],
        env,
      ) ?? downloaded(),
    packages: [
      [shell, font],
      ["chromium", font],
    ],
    preferred: shell,
    download: ["install", "chromium"],
  },
  firefox: {
    name: "Firefox",
    tests: "the tests in Firefox",
    variable: "FIREFOX_PATH",
    // Playwright's own build is not looked for: the tests drive the Firefox that people have.
    find: (env) => findProgram("FIREFOX_PATH", ["firefox-esr", "firefox"], ["Firefox"], env),
    packages: [["firefox-esr", font]],
  },
  coturn: {
    name: "coturn",
    tests: "the tests of relayed calls",
    variable: "TURNSERVER_PATH",
    find: (env) => findProgram("TURNSERVER_PATH", ["turnserver"], [], env),
    packages: [["coturn"]],
  },
  redis: {
    name: "Redis",
    tests: "the tests of several nodes",
    variable: "REDIS_SERVER_PATH",
    find: (env) => findProgram("REDIS_SERVER_PATH", ["redis-server"], [], env),
    packages: [["redis-server"]],
  },
  caddy: {
    name: "Caddy",
    tests: "the tests of deploying behind Caddy",
    variable: "CADDY_PATH",
    find: (env) => findProgram("CADDY_PATH", ["caddy"], [], env),
    packages: [["caddy", "openssl"]],
  },
  nginx: {
    name: "nginx",
    tests: "the tests of deploying behind nginx",
    variable: "NGINX_PATH",
    find: (env) => findProgram("NGINX_PATH", ["nginx"], [], env),
    packages: [
      ["nginx-light", "openssl"],
      ["nginx", "openssl"],
    ],
  },
  pythonDevice: {
    name: "aiortc",
    tests: "the tests of the device in Python",
    find: () => (hasPythonModules() ? python : undefined),
    packages: [pythonModules.map((name) => `python3-${name}`)],
  },
  cDevice: {
    name: "GStreamer, cJSON and libwebsockets",
    tests: "the tests of the device in C",
    find: () => (hasCLibraries() ? "cc" : undefined),
    packages: [
      [
        ...["gcc", "make", "pkg-config", "libc6-dev", "libcjson-dev", "libwebsockets-dev"],
        ...["libgstreamer1.0-dev", "libgstreamer-plugins-bad1.0-dev", "gstreamer1.0-nice"],
        ...["gstreamer1.0-plugins-base", "gstreamer1.0-plugins-good", "gstreamer1.0-plugins-bad"],
      ],
    ],
  },
};

export const findChromium = tools.chromium.find;
export const findFirefox = tools.firefox.find;
export const findCoturn = tools.coturn.find;
export const findRedis = tools.redis.find;
export const findCaddy = tools.caddy.find;
export const findNginx = tools.nginx.find;
export const pythonTools = { isHere: () => tools.pythonDevice.find() !== undefined };
export const cTools = { isHere: () => tools.cDevice.find() !== undefined };

/**
 * @param {string} variable The environment variable that goes before everything else.
 * @param {readonly string[]} programs The names to look for on the PATH, the best first.
 * @param {readonly string[]} applications The names to look for where macOS has its applications.
 * @param {Record<string, string | undefined>} [env]
 */
function findProgram(variable, programs, applications, env = process.env) {
  const chosen = env[variable] ?? "";
  if (chosen !== "" && !existsSync(chosen)) throw new Error(`${variable} names ${chosen}, which does not exist.`);
  if (chosen !== "") return chosen;
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return [
    ...folders.flatMap((folder) => programs.map((name) => join(folder, name))),
    ...applications.map((name) => `/Applications/${name}.app/Contents/MacOS/${name.replace(/^F/, "f")}`),
  ].find((file) => existsSync(file));
}

/** @returns {string | undefined} The Chromium that Playwright downloaded. */
function downloaded() {
  try {
    const file = createRequire(import.meta.url)("playwright-core").chromium.executablePath();
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

function hasPythonModules() {
  const missing = `None in map(importlib.util.find_spec, ${JSON.stringify(pythonModules)})`;
  return succeeds(python, "-c", `import importlib.util, sys; sys.exit(${missing})`);
}

function hasCLibraries() {
  if (!succeeds("cc", "--version") || !succeeds("make", "--version")) return false;
  if (!succeeds("pkg-config", "--exists", ...cLibraries)) return false;
  const { stdout } = spawnSync("pkg-config", ["--variable=pluginsdir", "gstreamer-1.0"], { encoding: "utf8" });
  return plugins.every((name) => existsSync(join(stdout.trim(), `libgst${name}.so`)));
}

/** @param {string} command @param {...string} args */
function succeeds(command, ...args) {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}
