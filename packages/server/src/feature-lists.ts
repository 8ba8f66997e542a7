import { LatestEntries } from "./latest-entries.js";

/** Clients of one version name the same features: that many versions at a time. */
const maxLists = 64;

/** By their JSON. */
const lists = new LatestEntries<readonly string[]>(maxLists);

/** A list of the same features that all members have in common who named these: thousands of them need it once. */
export function sharedFeatures(features: readonly string[]): readonly string[] {
  const text = JSON.stringify(features);
  const known = lists.get(text);
  if (known !== undefined) return known;
  lists.set(text, features);
  return features;
}
