import type {} from "../lab/in-page.js";
import type {} from "./divert-candidates.js";

/** Runs in a page: the facts that `expectSettled` checks. */
export function describeEnd(): object {
  const peer = window.lab.peer();
  const live = window.rigConnections.filter(({ connectionState }) => connectionState !== "closed");
  return {
    peers: window.manager.peers.size,
    live: live.length,
    current: live[0] === peer?.connection,
    signaling: peer?.connection?.signalingState,
    errors: window.kept.errors,
  };
}

/** Runs in a page: everything that may show why a test failed. */
export async function reportEnd(): Promise<object> {
  const last = <Item>(items: readonly Item[] | undefined): readonly Item[] => (items ?? []).slice(-40);
  const { lab, manager, kept, events, rigApplied, rigConnections } = window;
  const open = rigConnections.filter(({ signalingState }) => signalingState !== "closed");
  return {
    state: manager.state,
    kept,
    events: last(events),
    applied: last(rigApplied),
    connections: rigConnections.map(({ connectionState, signalingState }) => `${connectionState} ${signalingState}`),
    generations: open.map((connection) => lab.generations(connection)),
    transports: open.flatMap((connection) =>
      connection
        .getTransceivers()
        .map(({ sender }) =>
          [
            sender.transport?.state,
            sender.transport?.iceTransport.state,
            (sender.transport?.iceTransport as { role?: string } | undefined)?.role,
          ].join(" "),
        ),
    ),
    stats: [...((await lab.peer()?.getStats()) ?? new Map<string, unknown>()).values()]
      .filter((report) => /candidate|rtp/.test((report as { type: string }).type))
      .map((report) => JSON.stringify(report)),
    explained: await Promise.all(Array.from(manager.peers.values(), (peer) => peer.explain())),
    timeline: last(manager.timeline()).map((entry) => JSON.stringify(entry)),
  };
}
