/**
 * An epoch names one RTCPeerConnection at each end: "3.RANDOM". Both ends agree on one: the higher number wins, and of
 * two with the same number the impolite end's.
 */
export function nextEpoch(highest: number, random: string): string {
  return `${highest + 1}.${random}`;
}

/** An epoch in another format counts as 0, and so does one too large to add to without losing precision. */
export function epochNumber(epoch: string | undefined): number {
  const number = Number.parseInt(epoch ?? "", 10);
  return number > 0 && number < 2 ** 50 ? number : 0;
}

/** Compares a received epoch with our own. `own` is undefined before the first signal. */
export function compareEpoch(received: string, own: string | undefined, polite: boolean): "same" | "newer" | "older" {
  if (received === own) return "same";
  const ahead = own === undefined ? 1 : epochNumber(received) - epochNumber(own);
  return ahead > 0 || (ahead === 0 && polite) ? "newer" : "older";
}
