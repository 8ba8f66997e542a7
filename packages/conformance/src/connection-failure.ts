/**
 * Describes why a connection failed. Socket.IO reports most failures as "websocket error", with the cause beside it.
 */
export function describeFailure(failure: Error, path: string): string {
  const { message, code } = causeOf(failure);
  const status = /Unexpected server response: (\d+)/.exec(message)?.[1];
  if (status !== undefined)
    return `an HTTP server answers ${path} with status ${status} instead of accepting a WebSocket`;
  switch (code) {
    case "ECONNREFUSED":
      return "nothing listens there";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "the host name cannot be resolved";
    default:
      return message === "timeout" ? "the server does not answer" : message;
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
  const detail = description?.message;
  return {
    message: typeof detail === "string" && detail !== "" ? detail : message,
    code: description?.error?.code ?? code,
  };
}
