import type { ServerResponse } from "node:http";
import type { Metrics, Signaling } from "@sig/server";

/** What keeps this process from serving, by the name in the answer. A load balancer then sends people elsewhere. */
const problems: Record<string, (metrics: Metrics) => boolean> = {
  closing: ({ closing }) => closing === 1,
  draining: ({ draining }) => draining === 1,
  "roster-unreachable": ({ rosterReachable }) => rosterReachable === 0,
};

/**
 * Answers 200 with `{ ok: true, rooms, peers, uptime }`: the rooms and peers of this process, and seconds. Answers 503
 * with `ok: false` and `problems`, a list of their names, when it cannot let anybody in. It asks nobody, so that it
 * answers at once whatever is broken.
 */
export function answerHealth(signaling: Pick<Signaling, "metrics">, response: ServerResponse): void {
  const metrics = signaling.metrics();
  const found = Object.keys(problems).filter((name) => problems[name]?.(metrics));
  const ok = found.length === 0;
  response.writeHead(ok ? 200 : 503, {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
  });
  const body = {
    ok,
    ...(!ok && { problems: found }),
    rooms: metrics.rooms,
    peers: metrics["members.online"] + metrics["members.away"],
    uptime: Math.round(process.uptime()),
  };
  response.end(`${JSON.stringify(body)}\n`);
}
