/** Values that break code which trusts them, as JSON text: a client can send all of them. */
export const hostileJson: readonly string[] = [
  "null",
  "true",
  "0",
  "-0",
  "1e309",
  '""',
  '" "',
  '"\\u0000"',
  '"\\r\\n"',
  '"\\u001b[31m"',
  '"\\u202e"',
  '"\\ud800"',
  JSON.stringify("x".repeat(129)),
  JSON.stringify("x".repeat(200_000)),
  "[]",
  "[[]]",
  '["r"]',
  `[${Array(10_000).fill('"r"').join(",")}]`,
  "{}",
  '{"length":1}',
  '{"toString":1}',
  '{"toJSON":1}',
  '{"then":1}',
  '{"__proto__":{}}',
  '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
  '{"room":{"room":"r"}}',
  '"__proto__"',
  '"constructor"',
  '"hasOwnProperty"',
  '"toString"',
  '"sig:r:r"',
  '"server"',
  '{"_placeholder":true,"num":0}',
  '{"type":"Buffer","data":[1]}',
  nested(100),
  nested(4_200),
  nested(60_000),
];

/** Arrays in arrays. */
export function nested(levels: number): string {
  return "[".repeat(levels) + "]".repeat(levels);
}

/** A well-formed payload of each event, as the JSON text of each field. */
export function fieldsOf(room: string, to: string): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const [roomText, toText] = [JSON.stringify(room), JSON.stringify(to)];
  const relayed = { room: roomText, to: toText, offerId: '"o"', link: '{"epoch":"e","seq":0,"ack":0}', from: '"f"' };
  const candidate = '{"sdpMid":"0","sdpMLineIndex":"0","sdp":"candidate:1"}';
  return {
    createAndJoinRoom: {
      room: roomText,
      metadata: "{}",
      capabilities: '{"trickle":true}',
      token: '"t"',
      key: '"hostile-values-key-0000"',
    },
    offer: { ...relayed, sdp: '"v=0"', tracks: '{"0":{"stream":"s"}}' },
    answer: { ...relayed, sdp: '"v=0"' },
    candidate: { ...relayed, candidate },
    exit: { room: roomText, from: '"f"' },
    message: { room: roomText, to: toText, type: '"x"', data: "1" },
    metadata: { room: roomText, metadata: "1" },
    iceServers: { room: roomText },
  };
}

/** A payload with one field replaced. */
export function payloadWith(fields: Readonly<Record<string, string>>, name: string, value: string): string {
  return `{${Object.entries({ ...fields, [name]: value })
    .map(([key, json]) => `${JSON.stringify(key)}:${json}`)
    .join(",")}}`;
}
