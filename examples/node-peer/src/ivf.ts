/** The frames of an IVF file: the container for VP8 that libvpx, FFmpeg and GStreamer write. */
export interface IvfFile {
  readonly frames: readonly Buffer[];
  readonly frameRate: number;
}

const fileHeaderLength = 32;
const frameHeaderLength = 12;

/** Reads an IVF file of VP8. Throws an Error for anything else. */
export function readIvf(file: Buffer): IvfFile {
  if (file.length < fileHeaderLength || file.toString("latin1", 0, 4) !== "DKIF") throw new Error("Not an IVF file.");
  const codec = file.toString("latin1", 8, 12);
  if (codec !== "VP80") throw new Error(`Unsupported codec ${codec} in the IVF file: only VP80 can be sent.`);
  const frames: Buffer[] = [];
  for (let at = file.readUInt16LE(6); at + frameHeaderLength <= file.length;) {
    const start = at + frameHeaderLength;
    const end = start + file.readUInt32LE(at);
    if (end > file.length) throw new Error("Incomplete IVF file: it ends in the middle of a frame.");
    frames.push(file.subarray(start, end));
    at = end;
  }
  if (frames.length === 0) throw new Error("Empty IVF file: it has no frames.");
  const frameRate = file.readUInt32LE(16) / file.readUInt32LE(20);
  if (!Number.isFinite(frameRate) || frameRate === 0) throw new Error("Invalid IVF file: it has no frame rate.");
  return { frames, frameRate };
}
