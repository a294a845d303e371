/** What the program cannot see or set, as docs/limits.md tells it, a line each. */

/** The rows of the table and the points of the lists; how the emulator chose is nobody's right. */
export function limitsIn(text: string): string[] {
  const [own = ""] = text.split("\n## ");
  const lines = own.replace(/\n {2}(?=\S)/g, " ").split("\n");
  const rows = lines.filter((line) => line.startsWith("| ") && !/^\| (-+|what) /.test(line));
  const points = lines.filter((line) => line.startsWith("- "));
  return [
    ...rows.map((line) => (line.split("|")[1] ?? "").trim()),
    ...points.map((line) => line.slice(2).trim()),
  ].map((line) => line.replaceAll(/[*`]|(?<!\w)_(?=\w)|(?<=\w)_(?!\w)/g, ""));
}
