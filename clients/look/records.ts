/**
 * What was asked and what was answered, one line each, in a file to which lines are only ever added: whoever is killed in the
 * middle has asked nothing for nothing. It holds no secret (see {@link "./reads"}), but names and rights of people: nobody else
 * on the machine may read it.
 */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Where a look is taken. */
export interface Subject {
  readonly bitbucket: { readonly url: string; readonly workspace: string };
  readonly keycloak: { readonly url: string; readonly realm: string };
}

interface Begun extends Subject {
  /** ISO 8601. */
  readonly at: string;
}

/** One answer. */
export interface Recorded {
  /** ISO 8601. */
  readonly at: string;
  /** Example: `GET /2.0/workspaces/acme/projects?pagelen=100`. */
  readonly asked: string;
  /** What is kept of it; absent where there was none. */
  readonly answer?: unknown;
  /** It was refused, or the thing is not there. */
  readonly refused?: { readonly status: number; readonly why: string };
}

export class Records {
  private readonly known: Map<string, Recorded>;

  private constructor(
    readonly file: string,
    readonly begun: Begun,
    lines: readonly Recorded[],
    private readonly now: () => number,
  ) {
    this.known = new Map(lines.map((line) => [line.asked, line]));
  }

  /**
   * The last look at this subject, to be gone on with; or a new one, where there is none.
   *
   * @param folder of the looks of one stack
   * @param anew whether to begin another one, whatever is there. Default: false
   */
  static open(
    folder: string,
    subject: Subject,
    { anew = false, now = Date.now }: { readonly anew?: boolean; readonly now?: () => number } = {},
  ): Records {
    const last = anew ? undefined : Records.last(folder, subject, now);
    if (last !== undefined) return last;
    const at = new Date(now()).toISOString();
    const file = join(folder, `look-${at.replace(/[:.]/g, "-")}.jsonl`);
    const begun = { at, ...subjectOf(subject) };
    append(file, begun);
    return new Records(file, begun, [], now);
  }

  /** The last look at this subject; undefined where there is none. */
  static last(folder: string, subject: Subject, now: () => number = Date.now): Records | undefined {
    const files = existsSync(folder)
      ? readdirSync(folder).filter((name) => /^look-.*\.jsonl$/.test(name))
      : [];
    const wanted = JSON.stringify(subjectOf(subject));
    for (const name of files.sort().reverse()) {
      const file = join(folder, name);
      const [begun, ...lines] = linesOf(file) as [Begun | undefined, ...Recorded[]];
      if (begun !== undefined && JSON.stringify(subjectOf(begun)) === wanted)
        return new Records(file, begun, lines, now);
    }
    return undefined;
  }

  get(asked: string): Recorded | undefined {
    return this.known.get(asked);
  }

  /** Forgets for this run what was refused, so that it is asked once more. */
  forgetRefusals(): void {
    for (const [asked, { refused }] of this.known) if (refused !== undefined) this.known.delete(asked);
  }

  add(asked: string, what: Pick<Recorded, "answer" | "refused">): void {
    const line = { at: new Date(this.now()).toISOString(), asked, ...what };
    append(this.file, line);
    this.known.set(asked, line);
  }

  /** Everything that was answered, in the order in which it was asked. */
  all(): readonly Recorded[] {
    return [...this.known.values()];
  }
}

const subjectOf = ({ bitbucket, keycloak }: Subject): Subject => ({
  bitbucket: { url: bitbucket.url, workspace: bitbucket.workspace },
  keycloak: { url: keycloak.url, realm: keycloak.realm },
});

function append(file: string, line: object): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
}

/** A line that is not whole was being written when its process died: what comes after it begins a line of its own. */
function linesOf(file: string): unknown[] {
  const text = readFileSync(file, "utf8");
  if (text !== "" && !text.endsWith("\n")) appendFileSync(file, "\n");
  return text.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as unknown];
    } catch {
      return [];
    }
  });
}
