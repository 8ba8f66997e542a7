// A peer that sends far more than it may, in a thread of its own: the test beside it measures times. Whenever it is cut
// off it comes back with its key, and goes on.
import { parentPort, workerData } from "node:worker_threads";
import { WebSocket } from "ws";

/** @type {{ url: string, key: string, to: string, perSecond: number, floodMs: number }} */
const { url, key, to, perSecond, floodMs } = workerData;
const roundMs = 10;
const join = `42${JSON.stringify(["createAndJoinRoom", { room: "r", key }])}`;
const candidate = { sdpMid: "0", sdpMLineIndex: 0, sdp: "flood" };
const frame = `42${JSON.stringify(["candidate", { room: "r", to, candidate }])}`;
const address = `${url.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket`;

const start = performance.now();
const elapsed = () => performance.now() - start;
/** @type {{ sent: number, throttledMs?: number, cutMs?: number }} */
const report = { sent: 0 };

/** Resolves when the connection has ended, or the time is over. */
const flood = () =>
  new Promise((resolve) => {
    const socket = new WebSocket(address);
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    socket.on("error", () => undefined);
    socket.on("message", (data) => {
      const text = String(data);
      if (text.startsWith("0")) socket.send("40");
      if (text.includes("RATE_LIMITED")) report.throttledMs ??= elapsed();
      if (!text.startsWith("40")) return;
      socket.send(join);
      timer = setInterval(() => {
        if (elapsed() > floodMs) socket.terminate();
        for (let count = 0; count < (perSecond * roundMs) / 1000; count += 1) socket.send(frame);
        report.sent += (perSecond * roundMs) / 1000;
      }, roundMs);
    });
    socket.on("close", () => {
      clearInterval(timer);
      if (elapsed() < floodMs) report.cutMs ??= elapsed();
      resolve(undefined);
    });
  });

while (elapsed() < floodMs) await flood();
parentPort?.postMessage(report);
