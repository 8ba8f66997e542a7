import { type Json, type SharedRoster, type Signaling } from "@sig/server";
import { type Server } from "socket.io";

type Done = (result: unknown) => void;

/**
 * What the application of a node does when one of its clients asks for it; each answers when it is done. Between nodes
 * it has an event of its own, `news`, which it sends on to its clients.
 */
export function actAsApplication(io: Server, signaling: Signaling, roster: SharedRoster): void {
  const faults: string[] = [];
  signaling.on("error", ({ source }) => faults.push(source));
  io.on("news", (text: unknown, done?: Done) => {
    io.local.emit("news", text);
    done?.(text);
  });
  io.on("connection", (socket) => {
    socket.on("say", (text: unknown) => io.emit("news", text));
    socket.on("say-to-servers", (text: unknown, done: Done) => {
      io.serverSideEmit("news", text, (_: unknown, answers: unknown) => done(answers));
    });
    socket.on("forge", (event: string, args: unknown[]) => io.serverSideEmit(event, ...args));
    socket.on("node", (done: Done) => done(roster.node));
    socket.on("faults", (done: Done) => done(faults));
    socket.on("events", (done: Done) => done(io.of("/").eventNames()));
    socket.on("kick", (room: string, id: string, done: Done) => void signaling.kick(room, id, "Enough.").then(done));
    socket.on("attributes", (room: string, id: string, attributes: Json, done: Done) => {
      void signaling.setAttributes(room, id, attributes).then(done);
    });
    socket.on("close-signaling", (done: Done) => void signaling.close().then(() => done(true)));
  });
}
