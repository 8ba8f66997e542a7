/** What a transceiver and its sender need of their connection. */
export interface TransceiverOwner {
  readonly closed: boolean;
  negotiationMayBeNeeded(): void;
  /** A sender has another track, or other encodings. */
  mediaChanged(): void;
  /** Runs a function in the operations chain of the connection. */
  chain(run: () => void): Promise<void>;
  /** Resolves in a task of its own. */
  task(): Promise<void>;
  /** Whether receivers report packets; `lastOf` is the time of the last packet of a mid if packets arrive. */
  readonly packets: { readonly reported: boolean; lastOf(mid: string | null): number | undefined };
}
