import type { LabPage } from "../lab/lab-page.js";

/** Records from now on which peers join and leave, and how many there are at most. */
export function recordRoster({ page }: LabPage): Promise<void> {
  return page.evaluate(() => {
    const { manager } = window;
    const roster = { most: manager.peers.size, changes: [] as string[] };
    window.kept.roster = roster;
    manager.on("peerJoined", () => {
      roster.most = Math.max(roster.most, manager.peers.size);
      roster.changes.push("peerJoined");
    });
    manager.on("peerLeft", (_peer, reason) => roster.changes.push(`peerLeft ${reason}`));
  });
}

/** The record of `recordRoster`. */
export function recordedRoster({ page }: LabPage): Promise<{ most: number; changes: string[] }> {
  return page.evaluate(() => window.kept.roster as { most: number; changes: string[] });
}
