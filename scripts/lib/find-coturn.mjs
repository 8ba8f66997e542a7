import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Looks for coturn: where TURNSERVER_PATH says, and on the PATH.
 *
 * @param {Record<string, string | undefined>} [env]
 * @returns {string | undefined} The path of its program, `turnserver`.
 * @throws an Error when TURNSERVER_PATH names a file that does not exist.
 */
export function findCoturn(env = process.env) {
  const { TURNSERVER_PATH: chosen, PATH: path = "" } = env;
  if (chosen !== undefined && chosen !== "") {
    if (!existsSync(chosen)) throw new Error(`TURNSERVER_PATH names ${chosen}, and there is no such file.`);
    return chosen;
  }
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, "turnserver"))
    .find((file) => existsSync(file));
}
