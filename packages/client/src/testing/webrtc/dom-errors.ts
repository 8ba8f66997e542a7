export function invalidState(what: string): DOMException {
  return new DOMException(`Called in the wrong state: ${what}.`, "InvalidStateError");
}

export function invalidAccess(message: string): DOMException {
  return new DOMException(message, "InvalidAccessError");
}
