export type MediaMode = "none" | "audio" | "video";

/** What the address of the page asks for. */
export interface PageOptions {
  readonly room: string;
  readonly name: string;
  readonly media: MediaMode;
  /** Join at once, without a click. */
  readonly auto: boolean;
}

/** Longest name of a person that is sent or shown, in code units. */
export const maxName = 60;
/** Longest room name that a server takes unless told otherwise, in code points. */
export const maxRoom = 128;

/** Reads `?room=NAME&name=Ada&media=none|audio|video&auto=1`; what is missing or unknown has its default. */
export function readPageOptions(search: string): PageOptions {
  const parameters = new URLSearchParams(search);
  const media = parameters.get("media");
  return {
    room: (parameters.get("room") ?? "").trim(),
    name: (parameters.get("name") ?? "").trim().slice(0, maxName),
    media: media === "none" || media === "audio" ? media : "video",
    auto: parameters.get("auto") === "1",
  };
}

/** The address to send to others: the room and nothing of oneself. */
export function inviteLink(page: string, room: string): string {
  const url = new URL(page);
  url.search = new URLSearchParams({ room }).toString();
  url.hash = "";
  return url.href;
}

/** The address that a reload should come back to. */
export function withRoom(page: string, room: string): string {
  const url = new URL(page);
  url.searchParams.set("room", room);
  return url.href;
}

const manners = ["calm", "bright", "quick", "quiet", "brave", "keen", "merry", "steady", "swift", "warm"];
const places = ["harbour", "island", "lantern", "meadow", "orchard", "river", "signal", "summit", "valley", "willow"];

/** A room name that is easy to say and hard to meet by chance: about 100 million of them. */
export function suggestRoom(random: (below: number) => number = randomBelow): string {
  const number = String(random(1_000_000)).padStart(6, "0");
  return `${manners[random(manners.length)] ?? ""}-${places[random(places.length)] ?? ""}-${number}`;
}

function randomBelow(limit: number): number {
  const [value = 0] = crypto.getRandomValues(new Uint32Array(1));
  return value % limit;
}
