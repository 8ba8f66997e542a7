import { element, elementWithId } from "./element.js";

const tiles = new Map<string, { readonly tile: HTMLElement; readonly video: HTMLVideoElement }>();

export function showTile(id: string, name: string, track: MediaStreamTrack): void {
  const video = tiles.get(id)?.video ?? addTile(id, name);
  video.srcObject = new MediaStream([track]);
}

export function removeTile(id: string): void {
  tiles.get(id)?.tile.remove();
  tiles.delete(id);
}

function addTile(id: string, name: string): HTMLVideoElement {
  const video = element("video");
  video.autoplay = video.playsInline = video.muted = true;
  video.ariaLabel = name;
  const tile = element("li", { className: "tile" }, video);
  tile.dataset.testid = "tile";
  elementWithId("tiles").append(tile);
  tiles.set(id, { tile, video });
  return video;
}
