import { describe, expect, it } from "vitest";
import { transports } from "../client.js";
import { expectSame } from "./same-message.js";
import { twoServers } from "./two-servers.js";

const ids = `"from":"$FROM","room":"r","to":"$TO"`;
const sdp = `"sdp":${JSON.stringify("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\na=mid:é€😀\r\n")}`;
const extras = `"offerId":"o","link":{"epoch":"1-abc","seq":7,"ack":0}`;
const tracks = `"tracks":{"0":{"stream":"s","label":"camera"},"1":{"stream":""}}`;
const line = `"sdp":"candidate:1 1 udp 2122260223 192.168.0.170 54653 typ host"`;

/** As this library's client and others write them: each is forwarded as it is. */
const asTheyCame = {
  "an offer": `["offer",{${ids},${sdp}}]`,
  "an offer with every field": `["offer",{${ids},${sdp},${extras},${tracks}}]`,
  "an offer whose sections carry nothing": `["offer",{"room":"r",${sdp},"from":"$FROM","tracks":{},"to":"$TO"}]`,
  "an offer without line ends": `["offer",{${ids},"sdp":"v=0"}]`,
  "an answer": `["answer",{${extras},${ids},${sdp}}]`,
  "a candidate": `["candidate",{${ids},"candidate":{"sdpMid":"0","sdpMLineIndex":0,${line}},${extras}}]`,
  "a candidate with a fragment": `["candidate",{${ids},"candidate":{${line},"usernameFragment":"gX6M"}}]`,
  "a candidate with nothing but an empty line": `["candidate",{${ids},"candidate":{"sdp":""}}]`,
  "a candidate with nulls": `["candidate",{${ids},"candidate":{"sdpMid":null,${line},"usernameFragment":null}}]`,
  "a candidate with an index as text": `["candidate",{${ids},"candidate":{"sdpMLineIndex":"12",${line}}}]`,
  "a candidate with a high index": `["candidate",{${ids},"candidate":{"sdpMLineIndex":65535,${line}}}]`,
};

/** What a client of the base protocol sends. */
const base = [
  `2["offer",{"from":"$FROM","to":"$TO",${sdp},"room":"r"}]`,
  `2["answer",{${sdp},"from":"$FROM","to":"$TO","room":"r"}]`,
  `2["candidate",{"candidate":{${line},"sdpMid":"0","sdpMLineIndex":"0"},${ids}}]`,
];

describe.each(transports)("the parser over %s", (transport) => {
  it("forwards what a client with a key sends as it came", async () => {
    const { fast, plain } = await twoServers({ transport });
    const texts = Object.values(asTheyCame).map((text) => `2${text}`);
    const received = await fast.send(texts);
    expect(received).toEqual(texts.map((text) => [text]));
    const expected = await plain.send(texts);
    received.forEach((got, index) => expectSame(got, expected[index] ?? []));
    // Without the parser the order of fields is another one, so that the comparison above is not of two equal ways.
    expect(expected).not.toEqual(received);
  });

  it("adds the sender where a client does not name it", async () => {
    const { fast, plain } = await twoServers({ transport });
    const texts = Object.values(asTheyCame).map((text) => `2${text.replace(/"from":"\$FROM",|,"from":"\$FROM"/, "")}`);
    const received = await fast.send(texts);
    expect(received).toEqual(texts.map((text) => [`${text.slice(0, -2)},"from":"$FROM"}]`]));
    const expected = await plain.send(texts);
    received.forEach((got, index) => expectSame(got, expected[index] ?? []));
  });

  it.each([
    ["a legacy client to a legacy client", [false, false]],
    ["a client with a key to a legacy client", [true, false]],
    ["a legacy client to a client with a key", [false, true]],
  ] as const)("forwards the fields of the base protocol from %s", async (_, keyed) => {
    const { fast, plain } = await twoServers({ transport, keyed });
    const received = await fast.send(base);
    expect(received).toEqual(base.map((text) => [text]));
    const expected = await plain.send(base);
    received.forEach((got, index) => expectSame(got, expected[index] ?? []));
  });

  it("forwards events with a prefix, in a namespace of their own", async () => {
    const setup = { transport, namespace: "/calls", options: { eventPrefix: "sig:" } };
    const { fast, plain } = await twoServers(setup);
    const texts = Object.values(asTheyCame).map((text) => `2/calls,${text.replace('["', '["sig:')}`);
    const received = await fast.send(texts);
    expect(received).toEqual(texts.map((text) => [text]));
    const expected = await plain.send(texts);
    received.forEach((got, index) => expectSame(got, expected[index] ?? []));
  });
});
