import { readFileSync } from "node:fs";
import { io } from "socket.io-client";
import { Bot } from "./bot.js";
import { readIvf } from "./ivf.js";
import { readOptions } from "./options.js";
import { playTone } from "./tone.js";
import { playVideo } from "./video.js";

try {
  await run();
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}

/** Joins the room and stays until SIGINT or SIGTERM. Prints its reports, one JSON object a line. */
async function run(): Promise<void> {
  const { url, room, name, video, tone } = readOptions(process.argv.slice(2));
  const sources = [
    ...(video === undefined ? [] : [playVideo(readIvf(readFileSync(video)))]),
    ...(tone ? [playTone()] : []),
  ];
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
    // Leaving cancels a join that is in progress.
    if (!leaving) throw error;
  });
}
