import type { LabPage } from "./lab-page.js";

/** The types of the two candidates in use with the one other peer, and the port of the local one. */
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
    (await window.lab.peer()?.getStats())?.forEach((entry: Entry) => stats.set(entry.id, entry));
    const entries = [...stats.values()];
    // Firefox reports no transport, and marks the candidate pair instead.
    const chosen = entries.find(({ type }) => type === "transport")?.selectedCandidatePairId;
    const pair =
      stats.get(chosen) ?? entries.find(({ type, selected }) => type === "candidate-pair" && selected === true);
    const [local, remote] = [stats.get(pair?.localCandidateId), stats.get(pair?.remoteCandidateId)];
    return { local: local?.candidateType ?? "none", remote: remote?.candidateType ?? "none", port: local?.port ?? 0 };
  });
}

/** How many relay candidates a connection gathers from these servers alone, and the error codes they return. */
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
