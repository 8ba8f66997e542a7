import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";

export interface Options {
  /** Of the signaling server. */
  readonly url: string;
  readonly room: string;
  readonly name: string;
  /** An IVF file of VP8 with only key frames. */
  readonly picture: string;
  readonly video: boolean;
  readonly tone: boolean;
}

export const usage = "node-peer URL ROOM [--name NAME] [--picture FILE.ivf] [--no-video] [--no-tone]";

const ownPicture = fileURLToPath(new URL("../sample/moving-bar.ivf", import.meta.url));

/** Reads the command line. Throws an Error for a person where it makes no sense. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      name: { type: "string", default: "Bot" },
      picture: { type: "string", default: ownPicture },
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
    picture: values.picture,
    video: !values["no-video"],
    tone: !values["no-tone"],
  };
}
