/**
 * An epoch names one RTCPeerConnection at each end of a pair: "3.RANDOM". Both ends agree on one: the higher
 * number wins, and of two with the same number the one that the impolite end made.
 */
export function nextEpoch(highest: number, random: string): string {
  return `${String(highest + 1)}.${random}`;
}

/** An epoch of another make counts as 0; so does one that counting on from would lose precision. */
export function epochNumber(epoch: string | undefined): number {
  const number = Number.parseInt(epoch ?? "", 10);
  return number > 0 && number < 2 ** 50 ? number : 0;
}

/** What an epoch that was heard is to one's own, which is undefined before anything was said. */
export function compareEpoch(heard: string, own: string | undefined, polite: boolean): "same" | "newer" | "older" {
  if (heard === own) return "same";
  const ahead = own === undefined ? 1 : epochNumber(heard) - epochNumber(own);
  return ahead > 0 || (ahead === 0 && polite) ? "newer" : "older";
}
