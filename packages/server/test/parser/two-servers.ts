import { attachSignaling, type SignalingOptions } from "@sig/server";
import { relayParser } from "@sig/server/parser";
import { type Server, type ServerOptions, type Socket } from "socket.io";
import { onTestFinished } from "vitest";
import { newKey, type TestClient, type Transport } from "../client.js";
import { connectTo, startIo, until } from "../harness.js";

/** How both servers of a test are set up. */
export interface Setup {
  readonly transport?: Transport;
  /** Whether the sender and the receiver join with a key. */
  readonly keyed?: readonly [boolean, boolean];
  readonly options?: SignalingOptions<Socket>;
  readonly ioOptions?: Partial<ServerOptions>;
  readonly namespace?: string;
  /** What the application does before the service is attached. */
  readonly prepare?: (io: Server) => void;
}

/** A sender and a receiver in room `r`, and the text of every packet that they get. */
export interface Line {
  /**
   * Sends texts of packets, in which `$TO` and `$FROM` stand for the ids of the receiver and the sender.
   * @returns the texts that the receiver got for each of them
   */
  send(texts: readonly string[]): Promise<string[][]>;
  readonly sender: TestClient;
  readonly receiver: TestClient;
  /** What the sender got: rejections and acks. */
  readonly replies: string[];
}

/** Two servers that differ in their parser alone. */
export async function twoServers(setup: Setup = {}): Promise<{ fast: Line; plain: Line }> {
  return { fast: await startLine(setup, { parser: relayParser }), plain: await startLine(setup, {}) };
}

async function startLine(setup: Setup, parser: Partial<ServerOptions>): Promise<Line> {
  const { transport, keyed = [true, true], namespace = "/" } = setup;
  const prefix = setup.options?.eventPrefix ?? "";
  const { io, url } = await startIo({ maxHttpBufferSize: 1e6, ...setup.ioOptions, ...parser });
  setup.prepare?.(io);
  const signaling = attachSignaling(io.of(namespace), { rateLimit: false, ...setup.options });
  onTestFinished(() => signaling.close());
  const join = async (hasKey: boolean): Promise<{ client: TestClient; id: string }> => {
    const client = await connectTo(url, transport, { namespace });
    const created = client.next(`${prefix}created` as "created");
    client.emit(`${prefix}createAndJoinRoom`, { room: "r", ...(hasKey && { key: newKey() }) });
    return { client, id: (await created).id };
  };
  const [sender, receiver] = [await join(keyed[0]), await join(keyed[1])];
  const head = namespace === "/" ? "2" : `2${namespace},`;
  const got: string[] = [];
  const replies: string[] = [];
  const plainIds = (text: string): string => text.replaceAll(receiver.id, "$TO").replaceAll(sender.id, "$FROM");
  onText(receiver.client, (text) => got.push(plainIds(text)));
  onText(sender.client, (text) => replies.push(plainIds(text)));
  let markers = 0;
  return {
    sender: sender.client,
    receiver: receiver.client,
    replies,
    send: async (texts) => {
      got.length = replies.length = 0;
      const marker = (): string => JSON.stringify({ to: receiver.id, room: "r", sdp: `marker ${(markers += 1)}` });
      for (const text of texts) {
        write(sender.client, text.replaceAll("$TO", receiver.id).replaceAll("$FROM", sender.id));
        write(sender.client, `${head}["${prefix}answer",${marker()}]`);
      }
      // Rejected: nobody has this id.
      write(sender.client, `${head}["${prefix}answer",{"to":"end","room":"r","sdp":"v=0"}]`);
      const isDone = (): boolean =>
        got.at(-1)?.includes(`"marker ${markers}"`) === true && replies.at(-1)?.includes('"to":"end"') === true;
      await until("the last marker", isDone, 20_000);
      replies.pop();
      const received: string[][] = [[]];
      for (const text of got) {
        if (text.includes('"marker ')) received.push([]);
        else received.at(-1)?.push(text);
      }
      return received.slice(0, -1);
    },
  };
}

/** Sends the text of a packet as it is. */
function write({ socket }: TestClient, text: string): void {
  (socket.io.engine as unknown as { write(text: string): void }).write(text);
}

/** Calls a function for the text of every packet. */
function onText({ socket }: TestClient, listener: (text: string) => void): void {
  socket.io.engine.on("packet", ({ type, data }: { type: string; data?: unknown }) => {
    if (type === "message") listener(typeof data === "string" ? data : "binary");
  });
}
