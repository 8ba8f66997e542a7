const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The id of a peer with this key: 22 characters. Unlike the real server's id it does not protect the key. */
export function idOfKey(key: string): string {
  return letters(key, 22);
}

/** An id in the form of Socket.IO: 20 characters. */
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
