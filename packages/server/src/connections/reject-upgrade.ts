/** The socket of an upgrade: the members of Node's `Duplex` that are used here. */
export interface UpgradeSocket {
  readonly destroyed: boolean;
  readonly writableEnded: boolean;
  on(event: "error", listener: () => void): unknown;
  once(event: "close" | "finish", listener: () => void): unknown;
  end(text: string): unknown;
  destroy(): unknown;
}

/** Answers an upgrade with a status, such as `404 Not Found`, unless somebody has answered already. */
export function rejectUpgrade(socket: UpgradeSocket, status: string): void {
  if (socket.writableEnded) return;
  socket.on("error", () => undefined);
  socket.once("finish", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
