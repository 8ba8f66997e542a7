// What a page needs once a peer is connected, and not before: the page loads it then, in one file.
export { explainPeer } from "../diagnostics/explain-peer.js";
export { HealthWatches } from "../webrtc/health/health-watches.js";
