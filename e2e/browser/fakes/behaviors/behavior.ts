/** The tools of a behavior, in this process and inside a page. */
export interface Tools {
  create(configuration?: RTCConfiguration): RTCPeerConnection;
  stream(...kinds: ("audio" | "video")[]): MediaStream;
  /** One offer and its answer. */
  exchange(from: RTCPeerConnection, to: RTCPeerConnection): Promise<void>;
  /** "done", or the name of the error. */
  outcome(call: () => unknown): Promise<string>;
}

export interface Behavior {
  readonly name: string;
  /**
   * Returns its observations, as JSON. It uses its argument alone: the source text of this function also runs in a
   * page.
   */
  readonly run: (tools: Tools) => Promise<unknown>;
}

/** The tools that are the same everywhere; their source text also runs in a page. */
export const commonTools: Pick<Tools, "exchange" | "outcome"> = {
  exchange: async (from, to) => {
    await from.setLocalDescription();
    await to.setRemoteDescription(from.localDescription!);
    await to.setLocalDescription();
    await from.setRemoteDescription(to.localDescription!);
  },
  outcome: (call) =>
    Promise.resolve()
      .then(call)
      .then(
        () => "done",
        (error: unknown) => (error as Error).name,
      ),
};
