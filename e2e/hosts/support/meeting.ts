import type { PeerManager } from "@sig/client";
import { FakeNetwork } from "@sig/client/testing";
import type { Socket } from "socket.io-client";
import { expect, onTestFinished } from "vitest";
import { urlOf, type Calls, type Host, type HostKind } from "./host.js";
import { manage, openPage, type Page } from "./page.js";

/** Two pages in a call, and what the service rejected since it was attached. */
export interface Meeting {
  readonly host: Host;
  readonly pages: readonly [Page, Page];
  readonly managers: readonly [PeerManager, PeerManager];
  readonly rejected: readonly unknown[];
}

export async function start(kind: HostKind, calls: Calls): Promise<Host> {
  const host = await kind.start(calls);
  onTestFinished(async () => {
    if (host.http.listening) await host.stop();
  });
  return host;
}

/** @param url - Where the pages connect, if not at the host itself. */
export async function meet(host: Host, kind: HostKind, url = urlOf(host)): Promise<Meeting> {
  const rejected: unknown[] = [];
  host.signaling.on("rejected", (detail) => rejected.push(detail));
  const pages = [await openPage(host, kind, url), await openPage(host, kind, url)] as const;
  const network = new FakeNetwork();
  const managers = [manage(pages[0], network, "ada"), manage(pages[1], network, "grace")] as const;
  for (const manager of managers) await manager.join("standup");
  onTestFinished(async () => {
    // Without a connection nobody waits for an answer.
    for (const { own, calls } of pages) [own, calls].forEach((socket) => socket.disconnect());
    await Promise.all(managers.map((manager) => manager.leave()));
  });
  await expect.poll(() => managers.map(peerStates)).toEqual([["connected"], ["connected"]]);
  return { host, pages, managers, rejected };
}

export const peerStates = ({ peers }: PeerManager): string[] => Array.from(peers.values(), ({ state }) => state);

/** Sends an event of the application, and resolves with its answer. */
export const ask = (socket: Socket, event: string, ...args: unknown[]): Promise<unknown> =>
  socket.timeout(5000).emitWithAck(event, ...args);
