import { turnCredentials, turnServers } from "@sig/server/turn";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { Coturn, hasCoturn } from "../support/coturn.js";
import { StunClient, type Credentials } from "../support/stun.js";
import { Lab } from "./support/lab.js";

const day = 86_400_000;

/** The part of `created` with one TURN server. */
interface SentIceServers {
  readonly iceServers: readonly [Credentials];
  readonly iceServersTtl: number;
}

describe.skipIf(!hasCoturn)("coturn with the documented configuration", () => {
  let coturn: Coturn;

  beforeAll(async () => {
    coturn = await Coturn.start();
  });

  afterAll(() => coturn.close());

  function client(): StunClient {
    const client = new StunClient(coturn.port);
    onTestFinished(() => client.close());
    return client;
  }

  it("answers STUN requests, and relays for clients with our credentials", async () => {
    const [ada, credentials] = [client(), turnCredentials({ secret: coturn.secret, user: "ada" })];
    expect(await ada.bind(5000)).toBe(true);
    expect(await ada.allocate(credentials)).toBe("ok");
    expect(await ada.permit("127.0.0.1", credentials)).toBe("ok");
    expect(await ada.permit("8.8.8.8", credentials)).toBe("ok");
  });

  it("T31: rejects credentials that are expired, of another secret, or changed", async () => {
    const { secret } = coturn;
    const good = turnCredentials({ secret, user: "ada" });
    const wrong: Credentials[] = [
      turnCredentials({ secret, user: "ada", now: Date.now() - day }),
      turnCredentials({ secret: "another secret", user: "ada" }),
      { ...good, username: good.username.replace("ada", "bob") },
      { ...good, username: `${String(Number.parseInt(good.username, 10) + day)}:ada` },
      { ...good, credential: "" },
    ];
    for (const credentials of wrong) expect(await client().allocate(credentials), credentials.username).toBe(401);
    expect(await client().allocate(good)).toBe("ok");
  });

  it("T31: does not relay to private networks, metadata services or documentation addresses", async () => {
    const credentials = turnCredentials({ secret: coturn.secret, user: "ada" });
    const ada = client();
    expect(await ada.allocate(credentials)).toBe("ok");
    const inside = [
      "10.0.0.1",
      "169.254.169.254",
      "127.0.0.2",
      "192.168.1.1",
      "172.16.0.1",
      "172.31.255.255",
      "100.64.0.1",
      "0.0.0.0",
      "192.0.2.1",
      "198.18.0.1",
      "224.0.0.1",
      "255.255.255.255",
    ];
    for (const address of inside) expect(await ada.permit(address, credentials), address).toBe(403);
  });

  it("accepts the credentials that the signaling server sends, and fresh ones before they expire", async () => {
    const lab = new Lab();
    await lab.serve({ iceServers: turnServers({ urls: coturn.url, secret: coturn.secret, ttl: 3 }) });
    onTestFinished(() => lab.close());
    const socket = lab.connect();
    const renewed = new Promise<SentIceServers>((resolve) => socket.once("iceServers", resolve));
    const {
      iceServers: [first],
    } = (await socket.emitWithAck("createAndJoinRoom", { room: "r", key: "k".repeat(22) })) as SentIceServers;
    const {
      iceServers: [second],
      iceServersTtl,
    } = await renewed;
    expect(iceServersTtl).toBe(3);
    expect(expiry(second)).toBeGreaterThan(expiry(first));
    // The first have expired, the second have not.
    await expect.poll(() => client().allocate(first), { timeout: 10_000 }).toBe(401);
    expect(await client().allocate(second)).toBe("ok");
    expect(coturn.log).not.toContain(coturn.secret);
  });
});

function expiry({ username }: Credentials): number {
  return Number.parseInt(username, 10);
}
