import { randomBytes } from "node:crypto";
import { Unreachable, type Connect } from "../connection.js";
import { KitClient, type ReceivedEvent } from "../kit-client.js";
import { RuleViolation } from "../rule.js";

/** What has to be known of a server to check all of it. */
export interface ServerSettings {
  /** The token that the server expects with each join. */
  readonly token?: string | undefined;
  /** The path of its device gateway; without it the rules of the gateway are skipped. */
  readonly devicePath?: string | undefined;
  /** Its grace time in seconds; without it the rule about lost members is skipped. */
  readonly graceSeconds?: number | undefined;
}

interface Settings extends ServerSettings {
  /** The address of the namespace; undefined for a server without one. */
  readonly url: string | undefined;
  readonly timeoutMs: number;
}

/** Makes the clients and rooms of one rule. */
export class ServerContext {
  readonly settings: Settings;
  /** Whether a connection to the server has failed. */
  isUnreachable = false;
  readonly #connect: Connect;
  readonly #clients: KitClient[] = [];
  readonly #token: { token?: string };

  constructor(connect: Connect, settings: Settings) {
    this.settings = settings;
    this.#connect = connect;
    this.#token = settings.token === undefined ? {} : { token: settings.token };
  }

  /** A room name that no other rule and no other run uses. */
  newRoom(): string {
    return `conformance-${randomBytes(6).toString("hex")}`;
  }

  async connect(auth?: object): Promise<KitClient> {
    const connecting = KitClient.connect(this.#connect, this.settings.timeoutMs, auth && { auth });
    const client = await connecting.catch((error: unknown) => {
      this.isUnreachable = error instanceof Unreachable;
      throw error instanceof Unreachable ? new RuleViolation("a connection", error.message) : error;
    });
    this.#clients.push(client);
    return client;
  }

  /** A member of a room, with a key unless `fields` have another or `null`. */
  async member(room: string, fields: Record<string, unknown> = {}): Promise<KitClient> {
    const client = await this.connect();
    await client.join(room, { ...this.#token, ...fields });
    return client;
  }

  /** Members with keys; each has received `joined` for everyone after it. */
  async members<const Fields extends readonly Record<string, unknown>[]>(
    room: string,
    ...fields: Fields
  ): Promise<{ [Index in keyof Fields]: KitClient }> {
    const present: KitClient[] = [];
    for (const each of fields) {
      const newcomer = await this.member(room, each);
      await Promise.all(present.map((witness) => witness.next("joined", ({ id }) => id === newcomer.id)));
      present.push(newcomer);
    }
    return present as { [Index in keyof Fields]: KitClient };
  }

  /** A member that is a legacy client, as clients of the base protocol are. */
  legacyMember(room: string): Promise<KitClient> {
    return this.member(room, { key: null });
  }

  /** The payload of a join. */
  joinPayload(room: string, fields: Record<string, unknown> = {}): Record<string, unknown> {
    return { room, ...this.#token, ...fields };
  }

  /** Resolves once the server has handled everything that the client sent before: a later join was answered. */
  async flush(client: KitClient): Promise<void> {
    const { id, key } = client;
    const room = this.newRoom();
    await client.join(room, this.#token);
    client.send("exit", { room });
    Object.assign(client, { id, key });
  }

  /**
   * Everything that a member received since a mark. A later offer of another member shows that nothing is under way; it
   * is left out.
   */
  async receivedBy(witness: KitClient, mark: number, from: KitClient, room: string): Promise<ReceivedEvent[]> {
    const sdp = `${canaryPrefix}${randomBytes(6).toString("hex")}\r\n`;
    from.send("offer", { room, to: witness.id, sdp });
    await witness.next("offer", (offer) => offer.sdp === sdp);
    return witness.since(mark).filter(({ payload }) => !isCanary(payload));
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }
}

const canaryPrefix = "v=0\r\ns=canary-";

function isCanary(payload: unknown): boolean {
  const sdp: unknown = typeof payload === "object" && payload !== null && "sdp" in payload ? payload.sdp : undefined;
  return typeof sdp === "string" && sdp.startsWith(canaryPrefix);
}
