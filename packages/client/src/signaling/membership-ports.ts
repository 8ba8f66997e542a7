import type { Capabilities, ClientInput, ServerPayload } from "@sig/protocol/page";
import type { SignalingError } from "../errors.js";
import type { ManagerState } from "../events.js";
import type { ServerMessage } from "./signaling-channel.js";
import type { Token } from "./token.js";
import type { Traceparent } from "./traceparent.js";

export interface MembershipRequest {
  readonly room: string;
  readonly token: Token | undefined;
  readonly traceparent: Traceparent | undefined;
  readonly capabilities: Capabilities;
  /** The offer that travels with the join, if there is one. */
  offer(): ClientInput<"createAndJoinRoom">["offer"];
  /** Called for every join: the metadata may have changed. */
  metadata(): unknown;
}

export interface MembershipListener {
  stateChanged(state: ManagerState): void;
  /** The first join begins. It is sent once this has resolved, which takes some milliseconds. Never rejects. */
  prepare(): Promise<void>;
  /**
   * The server has let us in, for the first time or again. Comes before any message of the room. `renewed`: the
   * application has confirmed the membership that we have, and who is in the room has not changed.
   */
  entered(created: ServerPayload<"created">, renewed: boolean): void;
  /** The application takes its time to decide whether we may join. */
  waiting(): void;
  /** Records an event for the timeline. */
  note(what: string, peer?: string, detail?: Readonly<Record<string, string | undefined>>): void;
  /** The server does not reach us, or has forgotten us; `entered` follows once that is over. */
  interrupted(): void;
  message(message: ServerMessage): void;
  /** The page runs again after it may have slept, or is online again: connections may be dead. */
  pageResumed(networkChanged: boolean): void;
  /**
   * The page is left and the server knows: the connections with the others end. `entered` follows if the page returns.
   */
  pageHidden(): void;
  /** The membership is over for good. */
  ended(error: SignalingError): void;
}
