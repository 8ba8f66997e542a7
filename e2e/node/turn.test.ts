import { turnCredentials, turnServers } from "@sig/server/turn";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { Coturn, coturnIsHere } from "../support/coturn.js";
import { StunClient, type Credentials } from "../support/stun.js";
import { Lab } from "./support/lab.js";

const day = 86_400_000;

/** What a peer is sent where there is one TURN server. */
interface Handed {
  readonly iceServers: readonly [Credentials];
  readonly iceServersTtl: number;
}

describe.skipIf(!coturnIsHere)("A coturn with the documented configuration", () => {
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

  it("answers STUN to everybody, and relays for those who have credentials of ours", async () => {
    const [ada, credentials] = [client(), turnCredentials({ secret: coturn.secret, user: "ada" })];
    expect(await ada.bind(5000)).toBe(true);
    expect(await ada.allocate(credentials)).toBe("ok");
    expect(await ada.permit("127.0.0.1", credentials)).toBe("ok");
    expect(await ada.permit("8.8.8.8", credentials)).toBe("ok");
  });

  it("T31: refuses credentials that have expired, those of another secret, and those of another's name", async () => {
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

  it("T31: relays into no private network, to no metadata service and to no documentation address", async () => {
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

  it("lets in whom the signaling server has told how, and again by what it sends before that expires", async () => {
    const lab = new Lab();
    await lab.serve({ iceServers: turnServers({ urls: coturn.url, secret: coturn.secret, ttl: 3 }) });
    onTestFinished(() => lab.close());
    const socket = lab.connect();
    const renewed = new Promise<Handed>((resolve) => socket.once("iceServers", resolve));
    const {
      iceServers: [first],
    } = (await socket.emitWithAck("createAndJoinRoom", { room: "r", key: "k".repeat(22) })) as Handed;
    const {
      iceServers: [second],
      iceServersTtl,
    } = await renewed;
    expect(iceServersTtl).toBe(3);
    expect(expiry(second)).toBeGreaterThan(expiry(first));
    // The first run out, the second have not yet.
    await expect.poll(() => client().allocate(first), { timeout: 10_000 }).toBe(401);
    expect(await client().allocate(second)).toBe("ok");
    expect(coturn.said).not.toContain(coturn.secret);
  });
});

function expiry({ username }: Credentials): number {
  return Number.parseInt(username, 10);
}
