/** What a measured page offers to the driver. */
interface BenchedSystem {
  /** Enters and stays, to be joined by the other page. */
  stay(room: string): Promise<unknown>;
  /** Connects to the server, and no more. */
  connect(): Promise<unknown>;
  join(room: string): unknown;
  leave(): Promise<unknown>;
  /** Resolves once nobody else is connected any more. */
  alone(): Promise<unknown>;
}

interface Window {
  bench: BenchedSystem & {
    opened(): Promise<number>;
    forget(): void;
    timed(room: string): Promise<{ started: number; opened: number }>;
  };
}

declare module "simple-peer/simplepeer.min.js";
