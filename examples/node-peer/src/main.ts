import { readFileSync } from "node:fs";
import { io } from "socket.io-client";
import { Bot } from "./bot.js";
import { readIvf } from "./ivf.js";
import { readOptions } from "./options.js";
import { playPictures } from "./picture.js";
import { playTone } from "./tone.js";

try {
  await run();
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}

/** Joins, and stays until a signal asks it to leave. Says on stdout what happens, one JSON line each. */
async function run(): Promise<void> {
  const { url, room, name, picture, video, tone } = readOptions(process.argv.slice(2));
  const sources = [...(video ? [playPictures(readIvf(readFileSync(picture)))] : []), ...(tone ? [playTone()] : [])];
  const socket = io(url, { transports: ["websocket"] });
  const bot = new Bot(socket, {
    name,
    tracks: sources.map(({ track }) => track),
    report: (report) => console.log(JSON.stringify(report)),
  });
  let leaving = false;
  const leave = async (): Promise<void> => {
    leaving = true;
    for (const { stop } of sources) stop();
    await bot.leave();
    socket.disconnect();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void leave());
  await bot.join(room).catch((error: unknown) => {
    // Who leaves while they are still joining gives that up.
    if (!leaving) throw error;
  });
}
