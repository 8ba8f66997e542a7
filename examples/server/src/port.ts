/**
 * Reads a port as a person writes it in an environment variable.
 *
 * @returns 0 to 65535, where 0 asks for any free port; 3000 when nothing is set.
 * @throws an Error with a sentence for a person when it is not a port.
 */
export function readPort(text: string | undefined): number {
  if (text === undefined || text === "") return 3000;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new Error(
      `PORT must be a whole number from 0 to 65535 (0 takes any free port), not ${JSON.stringify(text)}.`,
    );
  }
  return port;
}
