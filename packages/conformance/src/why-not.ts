/** Why a connection did not come about, in words. Of most of it Socket.IO says "websocket error" and has the cause beside that; a WebSocket says it itself. */
export function whyNot(failure: Error, path: string): string {
  const { message, code } = causeOf(failure);
  const status = /Unexpected server response: (\d+)/.exec(message)?.[1];
  if (status !== undefined)
    return `there is an HTTP server, which answers ${path} with ${status} and not with a WebSocket`;
  switch (code) {
    case "ECONNREFUSED":
      return "nobody listens there";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "there is no host of this name";
    default:
      return message === "timeout" ? "it does not answer" : message;
  }
}

interface Cause {
  readonly message?: unknown;
  readonly error?: { readonly code?: unknown };
}

function causeOf({ message, code, description }: Error & { code?: unknown; description?: Cause }): {
  message: string;
  code?: unknown;
} {
  const said = description?.message;
  return { message: typeof said === "string" && said !== "" ? said : message, code: description?.error?.code ?? code };
}
