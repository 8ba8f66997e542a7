/** The bytes that the whole connection has received, acknowledgements of messages included. */
export function bytesReceived(stats: RTCStatsReport | undefined): number {
  let sum = 0;
  stats?.forEach(({ type, bytesReceived }: { type: string; bytesReceived?: number }) => {
    if (type === "transport" || type === "candidate-pair") sum += bytesReceived ?? 0;
  });
  return sum;
}
