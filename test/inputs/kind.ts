/**
 * What people write, and what becomes of it: each kind of input with its place in `access.yaml` or in a stack file, the inputs
 * that are accepted, and those that are refused with the words for them. `test/inputs.test.ts` holds the reader against the
 * table, `test/e2e/inputs.test.ts` the servers.
 */

/** Sections of `access.yaml`; `repositories` are those of its project ONE. */
export type Section = "environments" | "people" | "teams" | "agents" | "grants" | "projects" | "repositories";

export interface Kind {
  /** What an entry adds to a section; `$` stands for the input, `#` for a number of the entry's own. */
  readonly adds?: Readonly<Partial<Record<Section, readonly string[]>>>;
  /** What is added besides where it is accepted, so that it becomes something. */
  readonly used?: Pick<Kind, "adds" | "settings">;
  /** In place of the company's name. */
  readonly company?: string;
  /** Settings of the stack that differ, dotted. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The path that a problem has, `$` and `#` as above. Default: whatever it is. */
  readonly path?: string;
  /** What is allowed where the value itself is what was found: a part of the words for it. */
  readonly allowed: string;
  /** Whether a stack has one of it, so that each input is brought up by a company of its own. */
  readonly single?: true;
  /** An input a line, as YAML writes it; see {@link written}. */
  readonly accepted: string;
  /** Likewise; ` → ` what is found, where that is not the value itself; ` → ` how many columns behind its place. */
  readonly refused: string;
}

export interface Row {
  /** As YAML writes it. */
  readonly input: string;
  /** What a problem says was found; undefined: the value itself. */
  readonly found?: string;
  /** Columns from the place of the input to that of the problem. */
  readonly behind: number;
}

/**
 * `«255»` is 255 times x (`«9é»`: 9 times é), `⏎` the end of a line, `⇥` a tab.
 */
function written(text: string): string {
  const repeat = (_: string, count: string, letter: string) => (letter === "" ? "x" : letter).repeat(+count);
  return text
    .replace(/«(\d+)(.*?)»/gu, repeat)
    .replaceAll("⏎", "\n")
    .replaceAll("⇥", "\t");
}

export function rowsOf(lines: string): Row[] {
  const rows = lines.split("\n").filter((line) => line.trim() !== "");
  return rows.map((line) => {
    const [input = "", found, behind = "0"] = line.trim().split(" → ");
    return {
      input: written(input),
      ...(found !== undefined && { found: written(found) }),
      behind: Number(behind),
    };
  });
}
