/**
 * `@sig/client/browser`: the client in one file, for a page without a bundler. Load `io` from the Socket.IO server
 * itself.
 */
export { PeerManager, SignalingError, preflight } from "../index.js";
