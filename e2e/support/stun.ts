import { createHash, createHmac, randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";

/** Methods and attributes of STUN (RFC 8489) and TURN (RFC 8656) that are used here. */
const binding = 0x0001;
const allocate = 0x0003;
const createPermission = 0x0008;
const attribute = {
  username: 0x0006,
  integrity: 0x0008,
  errorCode: 0x0009,
  peer: 0x0012,
  realm: 0x0014,
  nonce: 0x0015,
  transport: 0x0019,
};
const cookie = 0x2112a442;

export interface Credentials {
  readonly username: string;
  readonly credential: string;
}

type Attributes = ReadonlyMap<number, Buffer>;

/** "ok", or the error code of the response. */
export type Outcome = "ok" | number;

/** A minimal TURN client over UDP: it requests an allocation, and a permission for one peer address. */
export class StunClient {
  readonly #socket: Socket;
  readonly #port: number;
  #challenge: Attributes = new Map();

  constructor(port: number) {
    this.#port = port;
    this.#socket = createSocket("udp4");
  }

  /** Whether the server answers a binding request within this time. */
  async bind(timeoutMs: number): Promise<boolean> {
    const response = await this.#request(binding, [], timeoutMs).catch(() => undefined);
    return response !== undefined;
  }

  /** Requests an allocation (RFC 8656 section 7.1): first without credentials, which returns realm and nonce. */
  async allocate(credentials: Credentials): Promise<Outcome> {
    const transport: [number, Buffer] = [attribute.transport, Buffer.from([17, 0, 0, 0])];
    const { outcome, attributes } = await this.#request(allocate, [transport]);
    if (outcome !== 401) return outcome;
    this.#challenge = attributes;
    return (await this.#request(allocate, [transport], undefined, credentials)).outcome;
  }

  /** Requests that packets to and from an IPv4 address are relayed. */
  async permit(address: string, credentials: Credentials): Promise<Outcome> {
    const bytes = Buffer.from(address.split(".").map(Number));
    const value = Buffer.alloc(8);
    value.writeUInt16BE(0x0001);
    value.writeUInt16BE(9 ^ (cookie >>> 16), 2);
    value.writeUInt32BE((bytes.readUInt32BE() ^ cookie) >>> 0, 4);
    return (await this.#request(createPermission, [[attribute.peer, value]], undefined, credentials)).outcome;
  }

  close(): void {
    this.#socket.close();
  }

  /** UDP on loopback loses nothing: one request, one response. */
  #request(
    method: number,
    attributes: [number, Buffer][],
    timeoutMs = 5000,
    credentials?: Credentials,
  ): Promise<{ outcome: Outcome; attributes: Attributes }> {
    const id = randomBytes(12);
    const request = this.#write(method, id, attributes, credentials);
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        this.#socket.off("message", receive);
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`No response within ${String(timeoutMs)} ms.`));
      }, timeoutMs);
      const receive = (message: Buffer): void => {
        if (!message.subarray(8, 20).equals(id)) return;
        stop();
        const read = readAttributes(message);
        const code = read.get(attribute.errorCode);
        resolve({ outcome: code === undefined ? "ok" : (code[2] ?? 0) * 100 + (code[3] ?? 0), attributes: read });
      };
      this.#socket.on("message", receive);
      // A send error means that the server is not up yet: the caller asks again.
      this.#socket.send(request, this.#port, "127.0.0.1", () => undefined);
    });
  }

  #write(
    method: number,
    id: Buffer,
    attributes: readonly [number, Buffer][],
    credentials: Credentials | undefined,
  ): Buffer {
    const realm = this.#challenge.get(attribute.realm) ?? Buffer.alloc(0);
    const nonce = this.#challenge.get(attribute.nonce) ?? Buffer.alloc(0);
    const proof: [number, Buffer][] =
      credentials === undefined
        ? []
        : [
            [attribute.username, Buffer.from(credentials.username)],
            [attribute.realm, realm],
            [attribute.nonce, nonce],
          ];
    const body = Buffer.concat([...attributes, ...proof].map(([type, value]) => writeAttribute(type, value)));
    if (credentials === undefined) return Buffer.concat([header(method, body.length, id), body]);
    const { username, credential } = credentials;
    // The long-term credential mechanism (RFC 8489 section 9.2.2). The length includes the attribute to be added.
    const key = createHash("md5").update(`${username}:${realm.toString()}:${credential}`).digest();
    const signed = Buffer.concat([header(method, body.length + 24, id), body]);
    return Buffer.concat([
      signed,
      writeAttribute(attribute.integrity, createHmac("sha1", key).update(signed).digest()),
    ]);
  }
}

function header(method: number, length: number, id: Buffer): Buffer {
  const fields = Buffer.alloc(8);
  fields.writeUInt16BE(method);
  fields.writeUInt16BE(length, 2);
  fields.writeUInt32BE(cookie, 4);
  return Buffer.concat([fields, id]);
}

function writeAttribute(type: number, value: Buffer): Buffer {
  const padded = Buffer.alloc(4 + padding(value.length));
  padded.writeUInt16BE(type);
  padded.writeUInt16BE(value.length, 2);
  value.copy(padded, 4);
  return padded;
}

function readAttributes(message: Buffer): Attributes {
  const read = new Map<number, Buffer>();
  for (let at = 20; at + 4 <= message.length; at += 4 + padding(message.readUInt16BE(at + 2))) {
    read.set(message.readUInt16BE(at), message.subarray(at + 4, at + 4 + message.readUInt16BE(at + 2)));
  }
  return read;
}

/** Attributes are padded to a multiple of four bytes. */
function padding(length: number): number {
  return Math.ceil(length / 4) * 4;
}
