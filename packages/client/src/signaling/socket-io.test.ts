import { describe, expect, it } from "vitest";
import { RecordedSocket } from "../../test/signaling/recorded-socket.js";
import { checkSocket, isIdle } from "./socket-io.js";

describe("a socket", () => {
  it.each([
    ["that is connected", true, true, "open", false],
    ["that was never connected", false, false, "open", true],
    ["whose connection is closed", false, true, "closed", true],
    ["whose connection is being opened", false, true, "opening", false],
    ["that requests its namespace", false, true, "open", false],
  ])("%s", (_, connected, active, readyState, idle) => {
    const socket = Object.assign(new RecordedSocket(), { connected, active });
    socket.engine.readyState = readyState;
    expect(isIdle(socket)).toBe(idle);
  });

  it.each([[undefined], [{}], [{ engine: {} }]])("without a connection, as in %j, is idle", (io) => {
    expect(isIdle(Object.assign(new RecordedSocket(), { active: true, io }))).toBe(true);
  });

  it("has five methods", () => {
    const method = (): void => undefined;
    const complete: Record<string, unknown> = {
      emit: method,
      on: method,
      off: method,
      timeout: method,
      connect: method,
    };
    expect(() => checkSocket(complete)).not.toThrow();
    for (const name of Object.keys(complete))
      expect(() => checkSocket({ ...complete, [name]: 1 })).toThrow(
        `Invalid socket: it must be a Socket.IO client socket; this has no "${name}".`,
      );
    expect(() => checkSocket(undefined)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  });
});
