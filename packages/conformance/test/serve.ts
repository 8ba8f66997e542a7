import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { attachSignaling, recommendedServerOptions, type SignalingOptions } from "@sig/server";
import { attachDeviceGateway } from "@sig/server/device";
import { Server, type Socket } from "socket.io";
import type { BrokenServer } from "./broken-servers.js";

export interface Served {
  readonly url: string;
  /** Stops listening, as a server that crashes. */
  die(): void;
  close(): Promise<void>;
}

/** Our server on a free port, with a defect if one is given. */
export async function serve(
  { options, make, toDevice }: Pick<BrokenServer, "options" | "make" | "toDevice"> = {},
  more: SignalingOptions<Socket> = {},
): Promise<Served> {
  const http = createServer();
  const io = new Server(http, { ...recommendedServerOptions });
  const { incoming, outgoing } = make?.() ?? {};
  io.use((socket, next) => {
    if (incoming !== undefined)
      socket.use((packet, proceed) => {
        if (typeof packet[1] === "object" && packet[1] !== null)
          incoming(packet as Parameters<typeof incoming>[0], socket);
        proceed();
      });
    if (outgoing !== undefined) breakEmit(socket, outgoing);
    next();
  });
  const signaling = attachSignaling(io, { ...options, ...more });
  const serveDevice: typeof signaling.serve = (device, settings) => {
    const emit = device.emit.bind(device);
    if (toDevice !== undefined)
      device.emit = (event: string, payload: object) => {
        const changed = toDevice(event, payload);
        return changed === undefined || emit(event, changed);
      };
    return signaling.serve(device, settings);
  };
  const gateway = attachDeviceGateway(http, { ...signaling, serve: serveDevice });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${String((http.address() as AddressInfo).port)}`,
    die: () => void http.close(),
    close: () => gateway.close().then(() => io.close()),
  };
}

function breakEmit(
  socket: Socket,
  outgoing: NonNullable<ReturnType<NonNullable<BrokenServer["make"]>>["outgoing"]>,
): void {
  const emit = socket.emit.bind(socket);
  socket.emit = (event: string, payload: Record<string, unknown>) => {
    const changed = outgoing(event, payload, socket);
    if (changed instanceof Promise) void changed.then((late) => emit(event, late));
    else if (changed !== undefined) emit(event, changed);
    return true;
  };
}
