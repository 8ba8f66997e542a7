/**
 * Reads the environment variable `PORT`.
 *
 * @returns 0 to 65535; 0 picks a free port. Default 3000.
 * @throws Error when the text is not a port.
 */
export function readPort(text: string | undefined): number {
  if (text === undefined || text === "") return 3000;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new Error(`Invalid PORT ${JSON.stringify(text)}: expected a whole number from 0 to 65535 (0: a free port).`);
  }
  return port;
}
