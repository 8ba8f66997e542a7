/** The features that this client understands (docs/protocol.md, Features): the server tells the other peers. */
export const features = ["waiting", "mute", "notices", "drain", "offer-with-join", "bundles"];
