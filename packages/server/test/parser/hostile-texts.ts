import fc from "fast-check";

/** A field of an object in JSON text: its name and its value, both as text. */
type Field = [name: string, value: string];

const quoted = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text, fc.constantFrom(plain, plain, plain, escaped)).map(([value, write]) => write(value));

function plain(text: string): string {
  return JSON.stringify(text);
}

/** The same text with every character escaped. */
function escaped(text: string): string {
  const escapes = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index).toString(16));
  return `"${escapes.map((code) => `\\u${code.padStart(4, "0")}`).join("")}"`;
}

const anyText = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constantFrom("\\", '"', '","from":"$TO', '"sdp":"', "\ud800", "\udfff", "\u0000", "\u2028", "\ufeff", "é", "😀"),
);

/** Numbers in every way that JSON has to write them, and what is not a number. */
const number = fc.oneof(
  fc.nat(120).map(String),
  fc.constantFrom(
    "0",
    "-0",
    "1e2",
    "1E2",
    "100",
    "12e2",
    "1200",
    "1.0",
    "0e5",
    "1e3",
    "1000",
    "65535",
    "65536",
    "9007199254740991",
  ),
  fc.constantFrom("1e21", "1.5", "-1", "1e400", "null", "true", '"1"', '"01"', "[]", "{}"),
);

const nullable = (text: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof(text, fc.constant("null"));

/** The text of an object: its fields in any order, usually all of them as they should be. */
function object(fields: Record<string, fc.Arbitrary<string>>): fc.Arbitrary<string> {
  const members = Object.entries(fields).map(([name, value]) =>
    fc.option(fc.tuple(fc.constant(plain(name)), value), { freq: 20, nil: undefined }),
  );
  return fc
    .tuple(...members)
    .chain((found) => {
      const present = found.filter((field): field is [string, string] => field !== undefined);
      return fc.tuple(fc.shuffledSubarray(present, { minLength: present.length }), strange(fields));
    })
    .map(([present, { extra, at, space }]) => {
      const all = [...present];
      all.splice(at % (all.length + 1), 0, ...extra);
      return `{${space}${all.map(([name, value]) => `${name}:${space}${value}`).join(",")}}`;
    });
}

/** What a text may have that a client does not write: mostly nothing. */
function strange(
  fields: Record<string, fc.Arbitrary<string>>,
): fc.Arbitrary<{ extra: Field[]; at: number; space: string }> {
  const twice = fc
    .constantFrom(...Object.keys(fields))
    .chain((name) => fc.tuple(fc.constantFrom(plain(name), escaped(name)), fields[name] ?? fc.constant("0")));
  const unknown = fc.tuple(
    fc.constantFrom('"__proto__"', '"constructor"', '"toJSON"', '"x"', '""', '"0"', '"sdp"', '"x\\"sdp"', '"from"'),
    fc.oneof(
      fc.constantFrom("{}", "[]", "1e3", '{"from":"x"}', '{"sdp":"\\u0061"}', `${"[".repeat(50)}${"]".repeat(50)}`),
      quoted(anyText),
    ),
  );
  return fc.record({
    extra: fc.oneof(
      { weight: 6, arbitrary: fc.constant<Field[]>([]) },
      {
        weight: 2,
        arbitrary: fc.array(fc.oneof<fc.Arbitrary<Field>[]>(twice, unknown), { minLength: 1, maxLength: 2 }),
      },
    ),
    at: fc.nat(20),
    space: fc.oneof({ weight: 12, arbitrary: fc.constant("") }, fc.constantFrom(" ", "\n\t")),
  });
}

const sdp = fc.oneof(
  quoted(fc.constantFrom("v=0", "v=0\r\na=x\r\n", "v=0\r\n\\", 'v=0\r\na="x"\r\n', "\u0000\u2028\ufeff😀\ud800x")),
  quoted(anyText),
  object({ type: fc.constantFrom('"offer"', '"answer"'), sdp: quoted(fc.constant("v=0\r\n")) }),
);

const from = fc.oneof(
  { weight: 4, arbitrary: fc.constant('"$FROM"') },
  fc.constantFrom('"$TO"', '"server"', '""', "null", "[]", '{"a":1}', '"\\u0024FROM"'),
);

const shared = {
  from,
  to: fc.oneof({ weight: 20, arbitrary: fc.constant('"$TO"') }, quoted(anyText)),
  room: fc.oneof({ weight: 12, arbitrary: fc.constant('"r"') }, fc.constantFrom('"\\u0072"', '"R"', "1")),
};

const optional = {
  offerId: quoted(fc.constantFrom("o", "é", "\\", "o-1")),
  link: object({ epoch: quoted(fc.constantFrom("1-abc", "é")), seq: number, ack: number }),
};

const section = object({ stream: quoted(fc.constantFrom("s", "", "é")), label: quoted(anyText) });
const tracks = fc.oneof(
  object({ 0: section, 1: section, a: section, __proto__2: section }),
  fc.constantFrom(
    "{}",
    "[]",
    '{"__proto__":{"stream":"s"}}',
    '{"toJSON":{"stream":"s"}}',
    '{"1":{"stream":""},"0":{}}',
  ),
);

const candidate = (extended: boolean): fc.Arbitrary<string> =>
  object({
    sdpMid: nullable(quoted(fc.constantFrom("0", "audio", "\u00e9"))),
    sdpMLineIndex: number,
    sdp: quoted(fc.constantFrom("", "candidate:1 1 udp 1 10.0.0.1 9 typ host", 'candidate:"', "é")),
    ...(extended && { usernameFragment: nullable(quoted(fc.constantFrom("gX6M", ""))) }),
  });

/**
 * The text of a packet: an offer, an answer or a candidate as nobody should write it, and sometimes as one should.
 * @param extended whether it may have fields that the base protocol does not have
 */
export function hostileText(extended: boolean): fc.Arbitrary<string> {
  const extras = extended ? { ...optional, tracks } : {};
  const description = fc.oneof(object({ ...shared, sdp }), object({ ...shared, sdp, ...extras }));
  const payloads = {
    offer: description,
    answer: description,
    candidate: object({ ...shared, candidate: candidate(extended), ...(extended && optional) }),
  };
  return fc
    .constantFrom<keyof typeof payloads>("offer", "answer", "candidate", "candidate")
    .chain((event) =>
      fc.tuple(
        fc.oneof({ weight: 20, arbitrary: fc.constant("2") }, fc.constantFrom("2/,", "27")),
        fc.oneof({ weight: 20, arbitrary: fc.constant(plain(event)) }, fc.constant(escaped(event))),
        payloads[event],
        fc.oneof({ weight: 20, arbitrary: fc.constant("") }, fc.constantFrom(',"more"', ",null", ",{}")),
      ),
    )
    .map(([head, event, payload, more]) => `${head}[${event},${payload}${more}]`);
}
