import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { fieldsOf, hostileJson, payloadWith } from "./hostile-values.js";

/** Random numbers in [0, 1), the same for the same seed. */
export function randomFrom(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}

/** Frames that are calls with something wrong in them, or hardly frames at all. */
export function* fuzz(seed: number, count: number, aim: { room: string; to: string }): Generator<string> {
  const random = randomFrom(seed);
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)]!;
  const small = hostileJson.filter((json) => json.length < 20_000);
  const events = fieldsOf(aim.room, aim.to);
  for (let index = 0; index < count; index += 1) {
    const event = pick(Object.keys(events));
    const fields = { ...events[event] };
    const ack = random() < 0.5 ? String(index) : "";
    const kind = random();
    if (kind < 0.02) {
      yield mangle(`42${ack}["${event}",${payloadWith(fields, "room", JSON.stringify(aim.room))}]`, random);
    } else if (kind < 0.15) {
      yield `42${ack}["${event}",${pick(small)}]`;
    } else {
      let payload = payloadWith(fields, pick(Object.keys(fields)), pick(small));
      if (random() < 0.3)
        payload = payloadWith({ ...fields, [pick(Object.keys(fields))]: value(random, 4) }, "extra", value(random, 3));
      yield `42${ack}["${event}",${payload}]`;
    }
  }
}

function mangle(frame: string, random: () => number): string {
  const at = Math.floor(random() * frame.length);
  return random() < 0.5
    ? frame.slice(0, at)
    : frame.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + frame.slice(at + 1);
}

/** Some JSON text. */
function value(random: () => number, depth: number): string {
  const kind = Math.floor(random() * (depth > 0 ? 7 : 5));
  if (kind === 0) return String(Math.floor((random() - 0.5) * 1e6));
  if (kind === 1) return random() < 0.5 ? "true" : "null";
  if (kind < 5)
    return JSON.stringify(
      String.fromCharCode(...Array.from({ length: Math.floor(random() * 12) }, () => Math.floor(random() * 65_536))),
    );
  const items = Array.from({ length: Math.floor(random() * 4) }, () => value(random, depth - 1));
  return kind === 5 ? `[${items.join(",")}]` : `{${items.map((item, index) => `"k${index}":${item}`).join(",")}}`;
}
