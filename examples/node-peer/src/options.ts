import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";

export interface Options {
  /** The address of the signaling server. */
  readonly url: string;
  readonly room: string;
  readonly name: string;
  /** An IVF file of VP8 that has only key frames, or `undefined` for no video. */
  readonly video: string | undefined;
  readonly tone: boolean;
}

export const usage = "node-peer URL ROOM [--name NAME] [--video FILE.ivf] [--no-video] [--no-tone]";

const sample = fileURLToPath(new URL("../sample/moving-bar.ivf", import.meta.url));

/** Reads the command line. Throws an Error for an invalid one. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      name: { type: "string", default: "Bot" },
      video: { type: "string", default: sample },
      "no-video": { type: "boolean", default: false },
      "no-tone": { type: "boolean", default: false },
    },
  });
  const [url, room, ...more] = positionals;
  if (url === undefined || room === undefined || more.length > 0) throw new Error(`Usage: ${usage}`);
  return {
    url,
    room,
    name: values.name,
    video: values["no-video"] ? undefined : values.video,
    tone: !values["no-tone"],
  };
}
