import type { ClientEventName, FromDeviceType, ServerEventName, ToDeviceType } from "../src/index.js";

/** What each message is for, in a sentence or two. */
export const clientMessages: Record<ClientEventName, string> = {
  createAndJoinRoom:
    "Joins a room, which exists while it has members. The server answers with `created`, before anything else of that room.",
  offer:
    "Offers a connection to one peer of the room. A newcomer sends one to everyone in `created.peers`; who was there waits for it.",
  answer: "Answers an offer of one peer.",
  candidate: "Tells one peer an ICE candidate.",
  exit: "Leaves a room at once.",
  leaving: "Says that the connection may end in a moment: if it does so within 10 s, that was the `exit`.",
  message: "A message of the app to one peer with a key, or to everyone else who has one.",
  metadata: "Says anew what the others see of this peer. Only for members with a key.",
  iceServers: "Asks for ICE servers. Only for members with a key.",
};

export const serverMessages: Record<ServerEventName, string> = {
  created: "The receiver is in the room; this is who else is.",
  joined: "Somebody came into the room, and will make the first offer.",
  offer: "Another peer offers a connection.",
  answer: "Another peer answers an offer of the receiver's.",
  candidate: "Another peer tells an ICE candidate.",
  exit: "A peer is no longer in the room. Where `from` is the receiver's own id, the receiver is not.",
  presence: "The socket of a peer with a key has dropped, or it is back. Sent to peers with a key.",
  metadata: "A peer says something else of itself than before. Sent to peers with a key.",
  message: "A message of the app. Sent to peers with a key; `from` is `server` where the host itself wrote it.",
  iceServers: "Fresh ICE servers, before the old ones expire or because they were asked for. Sent to peers with a key.",
  rejected: "A message was refused that asked for no ack.",
};

export const ackMessages: Record<ClientEventName, string> = {
  createAndJoinRoom: "The ack of a join: the fields of `created`, or why not.",
  offer: "The ack of an offer: that the server has sent it on, or why not.",
  answer: "The ack of an answer: that the server has sent it on, or why not.",
  candidate: "The ack of a candidate: that the server has sent it on, or why not.",
  exit: "The ack of an `exit`.",
  leaving: "The ack of a `leaving`.",
  message: "The ack of an app message: that the server has sent it on, or why not.",
  metadata: "The ack of new metadata.",
  iceServers: "The ack of a request for ICE servers: the servers, if the host hands any out, or why not.",
};

export const fromDeviceMessages: Record<FromDeviceType, string> = {
  answer: "A device answers a viewer's offer.",
  candidate: "A device tells a viewer an ICE candidate. It need not have a `type`: it is known by its `candidate`.",
  config: "A device asks for `config` again, with fresh ICE servers.",
  exit: "A device leaves the room; the connection ends.",
};

export const toDeviceMessages: Record<ToDeviceType, string> = {
  config: "The first message: the device is in the room. It comes again with fresh ICE servers.",
  offer:
    "A viewer offers a connection. Each offer is for one of its own: it takes the place of the one with this viewer.",
  candidate: "A viewer's ICE candidate. It has no `type`. A device that connected with `gather=1` gets none.",
  exit: "A viewer has left; where `from` is the device's own id, the device is out.",
  rejected: "Something was refused. After a refused join the connection ends.",
};

/** What a JSON Schema leaves to words, said in each of them. */
export const unsaid =
  "Fields that are not named here are dropped by the server and to be ignored by a client. Lengths of texts are counted in UTF-16 code units, where a JSON Schema counts code points: it takes some texts of rare characters that are too long.";
