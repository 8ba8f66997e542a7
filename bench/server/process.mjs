import { fork } from "node:child_process";
import { connect as connectTcp } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../free-port.mjs";
import { nextMessage } from "../next-message.mjs";

/** @typedef {import("./systems.mjs").System} System */
/** @typedef {{ cpuMicros: number, heap: number }} Usage bytes of heap: without garbage, if the memory was asked for */
/**
 * @typedef {object} Server
 * @property {string} name
 * @property {import("./wires.mjs").Wire} wire
 * @property {number} port
 * @property {(what?: "memory") => Promise<Usage>} usage
 * @property {() => void} stop
 */

const report = fileURLToPath(new URL("programs/report.mjs", import.meta.url));

/**
 * Starts a server in a process of its own.
 *
 * @param {System} system
 * @returns {Promise<Server>}
 */
export async function start({ name, program, wire, env }) {
  const port = await freePort();
  const child = fork(program, {
    execArgv: ["--expose-gc", "--import", report],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { ...process.env, ...env, NODE_ENV: "production", PORT: String(port) },
  });
  const ended = new Promise((_, reject) => child.once("exit", () => reject(new Error(`${name} ended.`))));
  ended.catch(() => undefined);
  await Promise.race([listening(port), ended]);
  return {
    name,
    wire,
    port,
    usage: (what) => {
      const answered = nextMessage(child, name);
      child.send(what ?? "cpu");
      return answered;
    },
    stop: () => child.kill("SIGKILL"),
  };
}

/**
 * @param {number} port
 * @returns {Promise<void>}
 */
async function listening(port) {
  for (;;) {
    const isOpen = await new Promise((resolve) => {
      const socket = connectTcp(port, "127.0.0.1", () => resolve(true));
      socket.on("error", () => resolve(false)).on("connect", () => socket.destroy());
    });
    if (isOpen) return;
    await wait(50);
  }
}
