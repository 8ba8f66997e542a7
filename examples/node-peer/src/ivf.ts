/** Pictures of a file in the IVF container: what libvpx, FFmpeg and GStreamer write VP8 into. */
export interface IvfFile {
  readonly pictures: readonly Buffer[];
  readonly picturesPerSecond: number;
}

const headerLength = 32;
const pictureHeaderLength = 12;

/** Throws an Error in words for what is not VP8 in IVF. */
export function readIvf(file: Buffer): IvfFile {
  if (file.length < headerLength || file.toString("latin1", 0, 4) !== "DKIF") throw new Error("This is no IVF file.");
  const codec = file.toString("latin1", 8, 12);
  if (codec !== "VP80") throw new Error(`This is an IVF file of ${codec}, and only VP80 can be sent.`);
  const pictures: Buffer[] = [];
  for (let at = file.readUInt16LE(6); at + pictureHeaderLength <= file.length;) {
    const start = at + pictureHeaderLength;
    const end = start + file.readUInt32LE(at);
    if (end > file.length) throw new Error("This IVF file ends in the middle of a picture.");
    pictures.push(file.subarray(start, end));
    at = end;
  }
  if (pictures.length === 0) throw new Error("This IVF file has no picture in it.");
  const picturesPerSecond = file.readUInt32LE(16) / file.readUInt32LE(20);
  if (!Number.isFinite(picturesPerSecond) || picturesPerSecond === 0)
    throw new Error("This IVF file does not say how many pictures a second has.");
  return { pictures, picturesPerSecond };
}
