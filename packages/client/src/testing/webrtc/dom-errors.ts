export function invalidState(what: string): DOMException {
  return new DOMException(`Called in the wrong state: ${what}.`, "InvalidStateError");
}

export function invalidAccess(message: string): DOMException {
  return new DOMException(message, "InvalidAccessError");
}

export function invalidModification(message: string): DOMException {
  return new DOMException(message, "InvalidModificationError");
}

export function closedError(): DOMException {
  return new DOMException("The connection is closed.", "InvalidStateError");
}

/** The `RTCError` of a data channel whose other end has closed its connection. */
export class FakeHangUpError extends DOMException {
  readonly errorDetail = "sctp-failure";
  readonly sctpCauseCode = 12;
  readonly receivedAlert = null;
  readonly sentAlert = null;
  readonly sdpLineNumber = null;
  readonly httpRequestStatusCode = null;

  constructor() {
    super("User-Initiated Abort, reason=Close called", "OperationError");
  }
}
