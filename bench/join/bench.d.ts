/** The interface between a measured page and the driver. */
interface BenchedSystem {
  /** Joins and waits for the other page. */
  joinFirst(room: string): Promise<unknown>;
  /** Connects to the server and does nothing else. */
  connect(): Promise<unknown>;
  join(room: string): unknown;
  leave(): Promise<unknown>;
  /** Resolves once no other page is connected. */
  waitUntilAlone(): Promise<unknown>;
}

interface Window {
  bench: BenchedSystem & {
    opened(): Promise<number>;
    reset(): void;
    timed(room: string): Promise<{ started: number; opened: number }>;
  };
}

declare module "simple-peer/simplepeer.min.js";
