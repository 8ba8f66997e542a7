import type { LabPage } from "./pair.js";

/** The kinds of the two candidates in use with the one other peer, and over what the near one reaches its relay. */
export function selectedPath({ page }: LabPage): Promise<{ local: string; remote: string; port: number }> {
  return page.evaluate(async () => {
    interface Entry {
      readonly id: string;
      readonly type: string;
      readonly selectedCandidatePairId?: string;
      readonly selected?: boolean;
      readonly localCandidateId?: string;
      readonly remoteCandidateId?: string;
      readonly candidateType: string;
      readonly port: number;
    }
    const stats = new Map<string | undefined, Entry>();
    (await [...window.manager.peers.values()][0]?.getStats())?.forEach((entry: Entry) => stats.set(entry.id, entry));
    const entries = [...stats.values()];
    // Firefox has no transport in its statistics, and marks the pair.
    const chosen = entries.find(({ type }) => type === "transport")?.selectedCandidatePairId;
    const pair =
      stats.get(chosen) ?? entries.find(({ type, selected }) => type === "candidate-pair" && selected === true);
    const [local, remote] = [stats.get(pair?.localCandidateId), stats.get(pair?.remoteCandidateId)];
    return { local: local?.candidateType ?? "none", remote: remote?.candidateType ?? "none", port: local?.port ?? 0 };
  });
}

/** What a connection gathers over these servers alone, and with which codes they refused. */
export function gather({ page }: LabPage, iceServers: RTCIceServer[]): Promise<{ relays: number; codes: number[] }> {
  return page.evaluate(async (iceServers) => {
    const connection = new RTCPeerConnection({ iceServers, iceTransportPolicy: "relay" });
    const gathered = { relays: 0, codes: [] as number[] };
    connection.addEventListener("icecandidateerror", ({ errorCode }) => gathered.codes.push(errorCode));
    connection.addEventListener("icecandidate", ({ candidate }) => (gathered.relays += candidate?.candidate ? 1 : 0));
    connection.createDataChannel("any");
    await connection.setLocalDescription();
    await window.lab.until(
      () => connection.iceGatheringState,
      (state) => state === "complete",
    );
    connection.close();
    return gathered;
  }, iceServers);
}
