import { sends, type Description, type Direction, type Section } from "./sdp.js";

type Writable<Value> = { -readonly [Field in keyof Value]: Value[Field] };

/** What is read of one section before all its lines are known. */
interface OpenSection extends Writable<Section> {
  hasMsid: boolean;
  bundleOnly: boolean;
}

/** Its section's mid may follow it. */
interface FoundCandidate {
  readonly section: OpenSection;
  readonly line: string;
}

/** Chromium and Firefox put the tracks of an end that names no stream into one stream of their own. */
const defaultStream = "stream-without-msid";

/** Reads a description. Throws the errors of Chromium for text that is not SDP. */
export function readSdp(type: "offer" | "answer", text: string): Description {
  const sdp = text.replace(/\r?\n/g, "\r\n");
  const lines = sdp.split("\r\n");
  if (lines[0] !== "v=0")
    throw new DOMException("Failed to parse SessionDescription. Expect line: v=", "OperationError");
  const sections: OpenSection[] = [];
  const candidates: FoundCandidate[] = [];
  const found = {
    ufrag: "",
    fingerprint: "",
    setup: "",
    trickle: false,
    maxMessageSize: undefined as number | undefined,
  };
  for (const line of lines) {
    if (line.startsWith("m=")) sections.push(openSection(line));
    const at = line.indexOf(":");
    const name = at === -1 ? line : line.slice(0, at);
    const value = line.slice(at + 1);
    const section = sections.at(-1);
    if (name === "a=ice-ufrag") found.ufrag = value;
    else if (name === "a=fingerprint") found.fingerprint = value.replace(/^\S+ /, "");
    else if (name === "a=setup") found.setup = value;
    else if (name === "a=ice-options") found.trickle ||= value.split(" ").includes("trickle");
    else if (name === "a=max-message-size") found.maxMessageSize = Number(value);
    else if (section !== undefined) readLine(section, candidates, name, value);
  }
  if (sections.length > 0 && (found.ufrag === "" || found.fingerprint === ""))
    throw new DOMException("Called with SDP without ice-ufrag or DTLS fingerprint.", "InvalidAccessError");
  return {
    type,
    sdp,
    ...found,
    sections: sections.map(closed),
    candidates: candidates.map(({ section, line }) => ({ mid: section.mid, line })),
  };
}

function openSection(line: string): OpenSection {
  const [kind = "", port] = line.slice(2).split(" ");
  return {
    kind: kind as Section["kind"],
    mid: "",
    direction: "sendrecv",
    streams: [],
    rejected: port === "0",
    hasMsid: false,
    bundleOnly: false,
  };
}

function readLine(section: OpenSection, candidates: FoundCandidate[], name: string, value: string): void {
  switch (name) {
    case "a=mid":
      section.mid = value;
      break;
    case "a=sendrecv":
    case "a=sendonly":
    case "a=recvonly":
    case "a=inactive":
      section.direction = name.slice(2) as Direction;
      break;
    case "a=bundle-only":
      section.bundleOnly = true;
      break;
    case "a=msid": {
      const stream = value.split(" ")[0] ?? "-";
      section.hasMsid = true;
      if (stream !== "-") section.streams = [...section.streams, stream];
      break;
    }
    case "a=candidate":
      candidates.push({ section, line: `candidate:${value}` });
      break;
  }
}

function closed({ hasMsid, bundleOnly, ...section }: OpenSection): Section {
  const rejected = section.rejected && !bundleOnly;
  const direction = rejected ? "inactive" : section.direction;
  const isNameless = section.kind !== "application" && sends(direction) && !hasMsid;
  return { ...section, rejected, direction, streams: isNameless ? [defaultStream] : section.streams };
}
