/** Since which commit a line of a file is as it is: of what was merged, the merge. */
import { readCommit } from "./commits";
import { git } from "./git";

export interface LineOrigin {
  /** Full hash. */
  readonly commit: string;
  readonly on: Date;
  /** As the commit calls them. */
  readonly author: string;
  /** The first paragraph of its message, in one line; of a merged pull request, its title. */
  readonly subject: string;
  /** The number that the message of a merge names; it proves nothing. */
  readonly pullRequest?: number;
  /** Whether the clone begins there: the line may be older. */
  readonly isCut?: true;
}

/**
 * By number of the line, from 1: "not committed" where the line differs from the commit that is checked out.
 *
 * @param lines of the file as it lies there
 * @returns undefined outside of a Git checkout, or where Git does not know the file
 */
export async function originsOf(
  folder: string,
  path: string,
  lines: readonly number[],
): Promise<ReadonlyMap<number, LineOrigin | "not committed"> | undefined> {
  if (lines.length === 0) return new Map();
  const ranges = [...new Set(lines)].flatMap((line) => ["-L", `${line},${line}`]);
  const options = ["--first-parent", "--porcelain", "--ignore-revs-file="];
  const asked = await git(folder, ["blame", ...options, ...ranges, "--", path]).catch(() => undefined);
  if (asked?.code !== 0) return undefined;
  const found = new Map<string, string[]>();
  const numbers = new Map<number, string>();
  let fields: string[] = [];
  for (const text of asked.stdout.toString("utf8").split("\n")) {
    const [, hash, line] = /^([0-9a-f]{40,64}) \d+ (\d+)( \d+)?$/.exec(text) ?? [];
    if (hash === undefined) fields.push(text);
    else {
      numbers.set(Number(line), hash);
      fields = found.get(hash) ?? [];
      found.set(hash, fields);
    }
  }
  const shallow = await git(folder, ["rev-parse", "--is-shallow-repository"]);
  const isShallow = shallow.stdout.toString("utf8").trim() === "true";
  const origins = new Map<string, LineOrigin | "not committed">();
  for (const [hash, said] of found)
    origins.set(hash, /^0+$/.test(hash) ? "not committed" : await originOf(folder, hash, said, isShallow));
  return new Map(
    [...numbers].flatMap(([line, hash]) => {
      const origin = origins.get(hash);
      return origin === undefined ? [] : [[line, origin] as const];
    }),
  );
}

async function originOf(
  folder: string,
  commit: string,
  said: readonly string[],
  isShallow: boolean,
): Promise<LineOrigin> {
  const field = (name: string) =>
    said.find((one) => one.startsWith(`${name} `))?.slice(name.length + 1) ?? "";
  const { author, subject, message } = await readCommit(folder, commit);
  const number = /\(pull request #(\d+)\)/.exec(subject)?.[1];
  const [, title = ""] = message.split(/\n[ \t]*\n/);
  return {
    commit,
    on: new Date(Number(field("committer-time")) * 1000),
    author: author.name,
    subject: (number !== undefined && title.trim().split("\n")[0]) || subject,
    ...(number !== undefined && { pullRequest: Number(number) }),
    ...(isShallow && said.includes("boundary") && { isCut: true as const }),
  };
}
