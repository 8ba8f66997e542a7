import type { ClientEventName, FromDeviceType, ServerEventName, ToDeviceType } from "../src/index.js";
import type { controlMessages } from "../src/schema/controls.js";

/** The purpose of each message, in a sentence or two. */
export const clientMessages: Record<ClientEventName, string> = {
  createAndJoinRoom:
    "Joins a room; a room exists while it has members. The server answers with `created` before any other " +
    "event of that room.",
  offer:
    "Offers a connection to one peer of the room. A newcomer sends an offer to every peer in " +
    "`created.peers`; peers that are already in the room wait for it.",
  answer: "Answers the offer of one peer.",
  candidate: "Sends an ICE candidate to one peer.",
  exit: "Leaves a room at once.",
  leaving: "Announces that the connection may end in a moment. If it ends within 10 s, that counts as `exit`.",
  message: "Sends an app message to one peer with a key, or to every other peer with a key.",
  metadata: "Replaces the metadata that the other peers see. Only for members with a key.",
  iceServers: "Asks for ICE servers. Only for members with a key.",
};

export const serverMessages: Record<ServerEventName, string> = {
  created: "The receiver is in the room. Lists the other members.",
  waiting: "The application has not decided yet whether to admit the receiver. Only for clients with this feature.",
  drain:
    "This node of the server is about to stop: the receiver connects again, and joins with its key. Only for clients " +
    "with this feature.",
  joined: "A peer joined the room, and will send the first offer.",
  offer: "Another peer offers a connection.",
  answer: "Another peer answers an offer of the receiver.",
  candidate: "An ICE candidate of another peer.",
  exit: "A peer left the room. If `from` is the receiver's own id, the receiver is no longer in the room.",
  presence: "The socket of a peer with a key dropped or returned. Sent to peers with a key.",
  metadata: "A peer replaced its metadata. Sent to peers with a key.",
  attributes: "The application changed what it says of a peer. Sent to peers with a key, the peer itself included.",
  notices:
    "Several `joined`, `exit`, `presence`, `metadata` and `attributes`, in the order in which they are to be " +
    "handled. Only for clients with this feature.",
  message: "An app message. Sent to peers with a key. `from` is `server` if the application on the server sent it.",
  iceServers: "Fresh ICE servers, on request or before the old ones expire. Sent to peers with a key.",
  rejected: "The server rejected a message that asked for no ack.",
};

export const controlMessagePurposes: Record<keyof typeof controlMessages, string> = {
  mute: "Which of its tracks the sender has muted: all of them, at each change. Only for peers with this feature.",
};

export const ackMessages: Record<ClientEventName, string> = {
  createAndJoinRoom: "The ack of a join: the fields of `created`, or a rejection.",
  offer: "The ack of an offer: the server forwarded it, or a rejection.",
  answer: "The ack of an answer: the server forwarded it, or a rejection.",
  candidate: "The ack of a candidate: the server forwarded it, or a rejection.",
  exit: "The ack of an `exit`.",
  leaving: "The ack of a `leaving`.",
  message: "The ack of an app message: the server forwarded it, or a rejection.",
  metadata: "The ack of new metadata.",
  iceServers: "The ack of a request for ICE servers: the servers, if the application provides any, or a rejection.",
};

export const fromDeviceMessages: Record<FromDeviceType, string> = {
  answer: "A device answers a viewer's offer.",
  candidate:
    "A device sends an ICE candidate to a viewer. `type` is optional: the field `candidate` identifies the message.",
  config: "A device asks for another `config`, with fresh ICE servers.",
  exit: "A device leaves the room; the connection ends.",
};

export const toDeviceMessages: Record<ToDeviceType, string> = {
  config: "The first message: the device is in the room. Sent again with fresh ICE servers.",
  offer: "A viewer offers a connection. Each offer is for a new connection, which replaces the one with this viewer.",
  candidate: "An ICE candidate of a viewer. It has no `type`. A device that connected with `gather=1` receives none.",
  exit: "A viewer left. If `from` is the device's own id, the device is no longer in the room.",
  rejected: "The server rejected a message. After a rejected join the connection ends.",
};

/** Rules that a JSON Schema cannot express; part of every description. */
export const furtherRules =
  "Fields that are not listed are dropped by the server and must be ignored by a client. Text lengths are " +
  "counted in UTF-16 code units, but a JSON Schema counts code points: it accepts some texts that are too long.";
