export { relayParser, type RelayParser } from "./relay-parser.js";
