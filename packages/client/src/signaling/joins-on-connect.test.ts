import { beforeEach, describe, expect, it, vi } from "vitest";
import { RecordedSocket } from "../../test/signaling/recorded-socket.js";
import { sendJoinsOnConnect, type SocketUser } from "./joins-on-connect.js";
import type { Socket } from "./socket-io.js";

type AuthFunction = (send: (auth: unknown) => void) => void;

class ConnectingSocket extends RecordedSocket {
  auth: unknown;

  /** Socket.IO, when its connection is open: `Socket.onopen` of socket.io-client. Returns what it sends. */
  request(): unknown {
    Object.assign(this, { active: true });
    this.engine.readyState = "open";
    let sent: unknown;
    if (typeof this.auth == "function") (this.auth as AuthFunction)((auth) => (sent = auth));
    else sent = this.auth;
    return sent;
  }

  accept(): void {
    this.connected = true;
    this.fire("connect");
  }

  /** The connection is lost, and Socket.IO makes another one. */
  reconnect(): void {
    this.connected = false;
    this.io = { ...this.io, engine: { readyState: "open" } };
  }
}

const join = { room: "r", key: "k".repeat(22) };
let socket: ConnectingSocket;
let users: Map<string, SocketUser>;
let exits: unknown[];

function user(event = "createAndJoinRoom", payload = join): SocketUser {
  return {
    joinOnConnect: (joins) => void (joins[event] ??= []).push(payload),
    send: (...exit) => void exits.push(exit),
  };
}

beforeEach(() => {
  socket = new ConnectingSocket();
  users = new Map([["r", user()]]);
  exits = [];
});

describe("joins on connect", () => {
  it("travel with what the application sends, whether that is an object, a function or nothing", () => {
    sendJoinsOnConnect(socket, users);
    expect(socket.request()).toEqual({ createAndJoinRoom: [join] });
    for (const auth of [{ token: "t" }, (send: (auth: object) => void) => send({ token: "t" })]) {
      socket = new ConnectingSocket();
      socket.auth = auth;
      sendJoinsOnConnect(socket, users);
      expect(socket.request()).toEqual({ token: "t", createAndJoinRoom: [join] });
    }
  });

  it("travel together, each under the name of its event", () => {
    users.set("q", user("createAndJoinRoom", { ...join, room: "q" })).set("p", user("call:createAndJoinRoom"));
    sendJoinsOnConnect(socket, users);
    expect(socket.request()).toEqual({
      createAndJoinRoom: [join, { ...join, room: "q" }],
      "call:createAndJoinRoom": [join],
    });
  });

  it("wait for a function of the application that answers later, which is called on the socket", () => {
    let answer: (auth: object) => void = () => undefined;
    const auth = vi.fn((send: (auth: object) => void) => (answer = send));
    socket.auth = auth;
    sendJoinsOnConnect(socket, users);
    let sent: unknown;
    Object.assign(socket, { active: true });
    socket.engine.readyState = "open";
    (socket.auth as AuthFunction)((data) => (sent = data));
    expect(sent).toBeUndefined();
    answer({ token: "later" });
    expect([sent, auth.mock.contexts]).toEqual([{ token: "later", createAndJoinRoom: [join] }, [socket]]);
  });

  it("leave `auth` to the application at every other time", () => {
    const auth = { token: "old" };
    socket.auth = auth;
    sendJoinsOnConnect(socket, users);
    expect(socket.auth).toBe(auth);
    socket.active = true;
    socket.engine.readyState = "opening";
    expect(socket.auth).toBe(auth);
    socket.request();
    expect(socket.auth).toBe(auth);
    socket.accept();
    expect(socket.auth).toBe(auth);
    (socket.auth as { token: string }).token = "new";
    expect(auth.token).toBe("new");
    socket.auth = { token: "other" };
    socket.reconnect();
    expect(socket.request()).toEqual({ token: "other", createAndJoinRoom: [join] });
    expect(Object.keys(socket)).toContain("auth");
  });

  it("do not travel again after a request that the application rejected, until another one is accepted", () => {
    sendJoinsOnConnect(socket, users);
    socket.auth = { token: "t" };
    expect(socket.request()).toHaveProperty("createAndJoinRoom");
    socket.reconnect();
    expect(socket.request()).toEqual({ token: "t" });
    socket.accept();
    socket.reconnect();
    expect(socket.request()).toHaveProperty("createAndJoinRoom");
  });

  it("do not travel where the request was sent before, but with the next one", () => {
    socket.auth = { token: "t" };
    socket.request();
    sendJoinsOnConnect(socket, users);
    expect(socket.auth).toEqual({ token: "t" });
    socket.accept();
    socket.reconnect();
    expect(socket.request()).toEqual({ token: "t", createAndJoinRoom: [join] });
  });

  it("travel with the return of a socket that was connected before", () => {
    socket.request();
    socket.accept();
    sendJoinsOnConnect(socket, users);
    socket.reconnect();
    expect(socket.request()).toEqual({ createAndJoinRoom: [join] });
  });

  it("travel over a connection that another namespace has opened", () => {
    socket.engine.readyState = "open";
    sendJoinsOnConnect(socket, users);
    expect(socket.request()).toEqual({ createAndJoinRoom: [join] });
  });

  it("change nothing where nobody joins", () => {
    socket.auth = { token: "t" };
    users.clear();
    sendJoinsOnConnect(socket, users);
    expect(socket.request()).toEqual({ token: "t" });
  });

  it("are followed by an exit of whoever has left before the answer, and of nobody else", () => {
    users.set("q", user());
    sendJoinsOnConnect(socket, users);
    socket.request();
    users.delete("r");
    socket.accept();
    expect(exits).toEqual([["exit", { room: "r" }]]);
    socket.fire("connect");
    expect([exits.length, socket.listened]).toEqual([1, []]);
  });

  it("are left out on a socket that is frozen, or has no connection of Socket.IO", () => {
    const frozen: Socket = Object.freeze(new ConnectingSocket());
    expect(() => sendJoinsOnConnect(frozen, users)).not.toThrow();
    const bare = Object.assign(new ConnectingSocket(), { io: undefined, active: true, auth: { token: "t" } });
    sendJoinsOnConnect(bare, users);
    expect(bare.auth).toEqual({ token: "t" });
  });
});
