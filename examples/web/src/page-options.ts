import { maxNameLength } from "./call/profile.js";
import type { MediaMode } from "./media/local-media.js";

/** The parameters of the page's address. */
export interface PageOptions {
  readonly room: string;
  readonly name: string;
  readonly media: MediaMode;
  /** Joins at once, without a click. */
  readonly auto: boolean;
}

/** Default limit of the server for a room name, in code points. */
export const maxRoomLength = 128;

/** Reads `?room=NAME&name=Ada&media=none|audio|video&auto=1`. A missing or unknown value gets its default. */
export function readPageOptions(search: string): PageOptions {
  const parameters = new URLSearchParams(search);
  const media = parameters.get("media");
  return {
    room: (parameters.get("room") ?? "").trim(),
    name: (parameters.get("name") ?? "").trim().slice(0, maxNameLength),
    media: media === "none" || media === "audio" ? media : "video",
    auto: parameters.get("auto") === "1",
  };
}

/** The address to send to others. It contains the room and nothing personal. */
export function inviteLink(page: string, room: string): string {
  const url = new URL(page);
  url.search = new URLSearchParams({ room }).toString();
  url.hash = "";
  return url.href;
}

/** The address that brings a reload back into the room. */
export function withRoom(page: string, room: string): string {
  const url = new URL(page);
  url.searchParams.set("room", room);
  return url.href;
}

const adjectives = ["calm", "bright", "quick", "quiet", "brave", "keen", "merry", "steady", "swift", "warm"];
const nouns = ["harbor", "island", "lantern", "meadow", "orchard", "river", "signal", "summit", "valley", "willow"];

/** A room name that is easy to read aloud and hard to guess: one of about 100 million. */
export function suggestRoom(random: (limit: number) => number = randomBelow): string {
  const number = String(random(1_000_000)).padStart(6, "0");
  return `${adjectives[random(adjectives.length)] ?? ""}-${nouns[random(nouns.length)] ?? ""}-${number}`;
}

function randomBelow(limit: number): number {
  const [value = 0] = crypto.getRandomValues(new Uint32Array(1));
  return value % limit;
}
