import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {object} DeviceTools What one of the devices in examples/device is built of and run with.
 * @property {string} device As a person calls it.
 * @property {readonly string[]} packages Debian's names of all of it.
 * @property {() => boolean} isHere
 */

/** Debian's Python: its packages are for no other. */
export const python = "/usr/bin/python3";

const pythonModules = ["aiohttp", "aiortc", "numpy", "socketio"];

const libraries = ["gstreamer-webrtc-1.0", "gstreamer-sdp-1.0", "libcjson", "libwebsockets"];

/** The plugins of GStreamer that the device in C loads; the program is built without them and fails when it runs. */
const plugins = [
  "app",
  "coreelements",
  "dtls",
  "nice",
  "rtp",
  "rtpmanager",
  "sctp",
  "srtp",
  "videoconvertscale",
  "videotestsrc",
  "vpx",
  "webrtc",
];

/** @type {DeviceTools} */
export const pythonTools = {
  device: "the device in Python",
  packages: ["python3-aiohttp", "python3-aiortc", "python3-numpy", "python3-socketio"],
  isHere: () =>
    succeeds(python, [
      "-c",
      `import importlib.util as u, sys; sys.exit(None in map(u.find_spec, ${JSON.stringify(pythonModules)}))`,
    ]),
};

/** @type {DeviceTools} */
export const cTools = {
  device: "the device in C",
  packages: [
    "gcc",
    "make",
    "pkg-config",
    "libc6-dev",
    "libcjson-dev",
    "libgstreamer1.0-dev",
    "libgstreamer-plugins-bad1.0-dev",
    "libwebsockets-dev",
    "gstreamer1.0-nice",
    "gstreamer1.0-plugins-base",
    "gstreamer1.0-plugins-good",
    "gstreamer1.0-plugins-bad",
  ],
  isHere: () =>
    succeeds("cc", ["--version"]) &&
    succeeds("make", ["--version"]) &&
    succeeds("pkg-config", ["--exists", ...libraries]) &&
    hasPlugins(),
};

function hasPlugins() {
  const folder = spawnSync("pkg-config", ["--variable=pluginsdir", "gstreamer-1.0"], {
    encoding: "utf8",
  }).stdout.trim();
  return plugins.every((name) => existsSync(join(folder, `libgst${name}.so`)));
}

/** @param {string} command @param {readonly string[]} args */
function succeeds(command, args) {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}
