/** The JSON text of a vector, with its generators expanded (see the README beside the vectors). */
export function vectorText(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(vectorText).join(",")}]`;
  const entries = Object.entries(value);
  const [name, argument] = entries.length === 1 ? (entries[0] as [string, unknown]) : ["", undefined];
  if (name === "$repeat")
    return JSON.stringify((argument as [string, number])[0].repeat((argument as [string, number])[1]));
  if (name === "$fill")
    return `[${Array<string>((argument as [unknown, number])[1])
      .fill(vectorText((argument as [unknown, number])[0]))
      .join(",")}]`;
  if (name === "$nest") return "[".repeat(argument as number) + "]".repeat(argument as number);
  if (name === "$keys") {
    const [prefix, count, item] = argument as [string, number, unknown];
    const field = (index: number): string => `${JSON.stringify(`${prefix}${index}`)}:${vectorText(item)}`;
    return `{${Array.from({ length: count }, (_, index) => field(index)).join(",")}}`;
  }
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${vectorText(item)}`).join(",")}}`;
}
