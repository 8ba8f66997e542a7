import { Server as Server47 } from "socket.io-4.7";
import { Server as Server48 } from "socket.io-4.8";
import { relayParser as parser } from "@sig/server/parser";
import { io as io47 } from "socket.io-client-4.7";
import { io as io48 } from "socket.io-client-4.8";
import type { Server } from "socket.io";
import { plain } from "./apps/plain.js";
import { keepsItsOwn } from "./support/keeps-its-own.js";

/** The types of one version fit no other. */
const as = (version: unknown) => version as typeof Server;

keepsItsOwn(plain({ name: "Socket.IO 4.7.0 at both ends", connect: io47 as never }, {}, as(Server47)));
keepsItsOwn(plain({ name: "Socket.IO 4.8.0 at both ends", connect: io48 as never }, {}, as(Server48)));
keepsItsOwn(plain({ name: "Socket.IO 4.8.4 with pages of 4.7.0", connect: io47 as never }));
keepsItsOwn(plain({ name: "long polling", clientOptions: { transports: ["polling"] } }));
keepsItsOwn(plain({ name: "a transport that upgrades", clientOptions: { transports: ["polling", "websocket"] } }));
keepsItsOwn(plain({ name: "the relay parser" }, { parser }));
keepsItsOwn(plain({ name: "the relay parser on Socket.IO 4.7.0", connect: io47 as never }, { parser }, as(Server47)));
keepsItsOwn(plain({ name: "the relay parser on Socket.IO 4.8.0", connect: io48 as never }, { parser }, as(Server48)));
