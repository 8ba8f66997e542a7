import { fieldsOf } from "../../packages/client/test/exploration/tapped-socket.js";

const relayed = new Set(["offer", "answer", "candidate"]);
/** Between the epoch of a message and the name of its transmission, on the wire. */
const mark = "~";
/** The same behind the text of a message without numbers: a line of a description, or a part of a candidate. */
const lineMark = "\r\na=transmission:";
const partMark = " transmission ";

type Fields = Record<string, unknown>;

export interface Numbered {
  readonly epoch: string;
  readonly seq: number;
}

/** Messages of legacy clients, and to them, have no numbers: they are told apart by their transmissions alone. */
export const unnumbered: Numbered = { epoch: "unnumbered", seq: 0 };

export function isRelayed(event: string): boolean {
  return relayed.has(event);
}

export function numbersOf({ link }: Fields): Numbered {
  const { epoch, seq } = (link ?? unnumbered) as Numbered;
  return { epoch, seq };
}

/** A relayed message as it is sent: with the name of its transmission where the server does not look. */
export function withTransmission(fields: Fields, tx: string): Fields {
  const { link, sdp, candidate } = fields;
  if (link !== undefined) return { ...fields, link: { ...link, epoch: `${numbersOf(fields).epoch}${mark}${tx}` } };
  if (typeof sdp === "string") return { ...fields, sdp: `${sdp}${lineMark}${tx}` };
  const { sdp: line, ...others } = fieldsOf(candidate);
  return { ...fields, candidate: { ...others, sdp: `${String(line)}${partMark}${tx}` } };
}

/** A relayed message as its sender has made it, and the name of its transmission. */
export function readTransmission(fields: Fields): { readonly fields: Fields; readonly tx: string } {
  const { link, sdp, candidate } = fields;
  if (link !== undefined) {
    const [epoch, tx] = split(numbersOf(fields).epoch, mark);
    return { fields: { ...fields, link: { ...link, epoch } }, tx };
  }
  if (typeof sdp === "string") {
    const [text, tx] = split(sdp, lineMark);
    return { fields: { ...fields, sdp: text }, tx };
  }
  const [line, tx] = split(String(fieldsOf(candidate).sdp), partMark);
  return { fields: { ...fields, candidate: { ...fieldsOf(candidate), sdp: line } }, tx };
}

function split(text: string, separator: string): [text: string, tx: string] {
  const at = text.lastIndexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}
