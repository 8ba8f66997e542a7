const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** 22 characters, as ids of peers with a key have; the same for the same key. Unlike a server's it keeps no secret. */
export function idOfKey(key: string): string {
  return letters(key, 22);
}

/** 20 characters, as Socket.IO's ids have. */
export function socketId(number: number): string {
  return letters(`socket ${String(number)}`, 20);
}

function letters(text: string, count: number): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  let id = "";
  for (let index = 0; index < count; index++) {
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) + index;
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    id += alphabet[(hash ^ (hash >>> 16)) & 63] ?? "A";
  }
  return id;
}
