/**
 * Reads the environment variable `DRAIN_MS`.
 *
 * @returns Milliseconds that the peers have to go elsewhere before the server closes; 0 closes it at once. Default
 *   5000.
 * @throws Error when the text is not such a number.
 */
export function readDrainMs(text: string | undefined): number {
  if (text === undefined || text === "") return 5000;
  if (/^\d{1,7}$/.test(text) && Number(text) <= 3_600_000) return Number(text);
  throw new Error(`Invalid DRAIN_MS ${JSON.stringify(text)}: expected a whole number from 0 to 3600000.`);
}
