import { express5 } from "./apps/express.js";
import { fastify5 } from "./apps/fastify.js";
import { honoOnNode } from "./apps/hono.js";
import { nestOwn, nestShared } from "./apps/nest.js";
import { ownNamespace } from "./apps/own-namespace.js";
import { parentNamespace } from "./apps/parent-namespace.js";
import { keepsItsOwn } from "./support/keeps-its-own.js";

for (const kind of [express5, ownNamespace, fastify5, nestShared, nestOwn, honoOnNode, parentNamespace])
  keepsItsOwn(kind);
