// PeerJS's own server.
import { PeerServer } from "peer";

PeerServer({ port: Number(process.env.PORT), host: "127.0.0.1", path: "/", concurrent_limit: 100_000 });
