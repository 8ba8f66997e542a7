import { type PeerInfo } from "./application-events.js";
import { type Core } from "./core.js";
import { describe, describeListed } from "./describe.js";
import { entryOf } from "./roster/local-view.js";

/** Whom `Signaling.find` looks for. */
export type FindQuery = { readonly user: string } | { readonly socketId: string };

/** See `Signaling.find`. */
export async function findPeers(core: Core, query: FindQuery): Promise<PeerInfo[]> {
  const { user, socketId } = Object(query) as { user?: unknown; socketId?: unknown };
  if (isName(user)) return findUser(core, user);
  if (isName(socketId)) return findSocket(core, socketId);
  throw new TypeError('find: give { user: "…" } or { socketId: "…" }, with a string that is not empty.');
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

async function findUser(core: Core, user: string): Promise<PeerInfo[]> {
  const { roster } = core.settings;
  const rooms = await roster.rooms();
  const found = rooms.map(async ({ name }) => {
    const members = await roster.list(name);
    return members.map((entry) => describeListed(core, name, entry)).filter((peer) => peer.user === user);
  });
  return (await Promise.all(found)).flat();
}

function findSocket({ connections }: Core, socketId: string): PeerInfo[] {
  return [...connections.values()]
    .filter(({ socket }) => socket.id === socketId)
    .flatMap(({ memberships }) => [...memberships.values()])
    .flatMap((membership) => {
      const entry = entryOf(membership);
      return entry === undefined ? [] : [describe(membership, entry)];
    });
}
