/**
 * Companies as people write them: the same data in flow and in blocks, with anchors, aliases, merges, tags, every kind of
 * quotes, block scalars, comments, CRLF and a byte order mark. Knows nothing of the reader or the editor.
 */
import fc from "fast-check";

type Data = string | boolean | readonly Data[] | { readonly [key: string]: Data };
type Mapping = Readonly<Record<string, Data>>;

const people = ["ana", "ben", "cem", "dan", "eva"];
const teams = ["hands", "leads", "makers", "guests", "ops"];
const some = (names: readonly string[], most = 3) =>
  fc.uniqueArray(fc.constantFrom(...names), { maxLength: most });
const person = fc.constantFrom(...people);
const reasons = [
  ...[
    "Cuts releases",
    "On call, at night",
    "two\nlines",
    "ends with a break\n",
    "# no comment",
    "a: b",
    "'so'",
  ],
  ...[
    "=1+1",
    'said "go"',
    "kept\n\n",
    " blanks  at both ends ",
    "ana",
    "yes",
    "2027-01-31",
    "trailing \\ sign",
    "ü 🚀",
  ],
];

const grant = fc
  .record({
    who: fc.oneof(
      fc.record({ team: fc.constantFrom(...teams) }),
      fc.record({ person }),
      fc.constant({ agent: "bot" }),
    ),
    can: fc.uniqueArray(fc.constantFrom("read", "trigger", "merge", "deploy:dev"), {
      minLength: 1,
      maxLength: 3,
    }),
    on: fc.oneof(
      fc.constantFrom("ONE", "ONE/api", "TWO"),
      fc.uniqueArray(fc.constantFrom("ONE", "ONE/api", "ONE/web", "TWO"), { minLength: 1, maxLength: 3 }),
    ),
    until: fc.option(fc.constantFrom("2026-12-31", "2027-01-31", "2027-01-31 18:00 Europe/Berlin"), {
      nil: undefined,
    }),
    reason: fc.option(fc.constantFrom(...reasons), { nil: undefined }),
  })
  .map(({ who, until, reason, ...rest }) => ({
    ...who,
    ...rest,
    ...(until !== undefined && { until }),
    ...(reason !== undefined && { reason }),
  }));

const team = (inner: Mapping) =>
  fc
    .record({ owner: person, members: fc.option(some(people), { nil: undefined }) })
    .map(({ owner, members }) => ({
      owner,
      ...(members && { members }),
      ...(Object.keys(inner).length > 0 && { teams: inner }),
    }));

/** The data of a well-formed `access.yaml`. */
const company = fc
  .record({
    owners: fc.uniqueArray(person, { minLength: 2, maxLength: 4 }),
    hands: team({}),
    leads: team({}),
    guests: team({}),
    ops: team({}),
    owner: person,
    grants: fc.array(grant, { maxLength: 6 }),
  })
  .chain(({ owners, hands, leads, guests, ops, owner, grants }) =>
    team({ hands, leads }).map((makers): Mapping => ({
      company: "Small",
      owners,
      environments: { dev: { type: "test" } },
      people: Object.fromEntries(people.map((name) => [name, { name, email: `${name}@small.example` }])),
      teams: { makers, guests, ops },
      agents: { bot: { owner, account: "{00000000-0000-0000-0000-0000000000b0}" } },
      projects: {
        ONE: { owner: "leads", repositories: { api: { deploys: ["dev"] }, web: { deploys: ["dev"] } } },
        TWO: { owner: "leads", repositories: { docs: {} } },
      },
      grants,
    })),
  );

export interface AnyText {
  readonly data: Mapping;
  readonly text: string;
}

export const anyText: fc.Arbitrary<AnyText> = fc
  .tuple(company, fc.integer())
  .map(([data, seed]) => ({ data, text: new Printer(seed).document(data) }));

/** Decides at random, always the same for one seed, how a text is written. */
class Printer {
  /** What each anchor stands for from here on. */
  private readonly anchors = new Map<string, Data>();
  /** Anchors of what is being written: nothing within may refer to them. */
  private readonly open: string[] = [];
  private state: number;
  private readonly hasMerges: boolean;
  /** Whether a blank line would belong to the block scalar before it. */
  private isKept = false;
  /** Whether an indented comment would be text. */
  private isText = false;

  constructor(seed: number) {
    this.state = seed;
    this.hasMerges = this.chance(0.5);
  }

  document(data: Mapping): string {
    const lines = (this.chance(0.1) ? "---\n" : "") + this.block(data, 0);
    const text = this.chance(0.2) ? lines.replaceAll("\n", "\r\n") : lines;
    return (this.chance(0.1) ? "\uFEFF" : "") + (this.chance(0.1) && !this.isText ? text.trimEnd() : text);
  }

  /** From 0 up to 1. */
  private random(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  private chance(share: number): boolean {
    return this.random() < share;
  }

  private oneOf<T>(all: readonly T[]): T {
    return all[Math.floor(this.random() * all.length)] as T;
  }

  private comment(): string {
    return this.chance(0.2)
      ? `${" ".repeat(1 + Math.floor(this.random() * 2))}# ${this.oneOf(["why", "ana", "a: b, [c"])}`
      : "";
  }

  /** An alias of something written before that is the same, if there is one and chance wants it. */
  private alias(value: Data): string | undefined {
    const wanted = JSON.stringify(value);
    const same = [...this.anchors].filter(
      ([name, one]) => JSON.stringify(one) === wanted && !this.open.includes(name),
    );
    return same.length > 0 && this.chance(0.5) ? `*${this.oneOf(same)[0]}` : undefined;
  }

  /** Anchor and tag, each with a blank behind it; the anchor is open until the caller closes it. */
  private props(value: Data, share = 0.25): string {
    const tag = typeof value === "string" ? "!!str " : Array.isArray(value) ? "!!seq " : "!!map ";
    const tagged = this.chance(0.06) ? tag : "";
    if (!this.chance(share)) return tagged;
    const name = this.oneOf(
      ["a", "b", "c", "d", "e", "f", "g", "h"].filter((one) => !this.open.includes(one)),
    );
    this.anchors.set(name, value);
    this.open.push(name);
    return this.chance(0.5) ? `&${name} ${tagged}` : `${tagged}&${name} `;
  }

  /** Writes what has been given properties, and closes its anchor. */
  private within<T>(props: string, write: () => T): T {
    const written = write();
    if (props.includes("&")) this.open.pop();
    return written;
  }

  /** What follows a key's colon or a dash, with the end of its line. */
  private after(value: Data, indent: number, share?: number): string {
    const alias = this.alias(value);
    if (alias !== undefined) return ` ${alias}${this.comment()}\n`;
    const props = this.props(value, share);
    return this.within(props, () => {
      if (typeof value !== "object") return ` ${props}${this.scalar(value, indent)}`;
      const isEmpty = Object.keys(value).length === 0;
      if (isEmpty || this.chance(0.5)) return ` ${props}${this.flow(value, indent)}${this.comment()}\n`;
      const start = `${props === "" ? "" : ` ${props.trimEnd()}`}${this.comment()}\n`;
      return start + this.block(value, Array.isArray(value) && this.chance(0.3) ? indent : indent + 2);
    });
  }

  private scalar(value: string | boolean, indent: number): string {
    if (typeof value !== "string") return `${value}${this.comment()}\n`;
    const body = value.replace(/\n+$/, "");
    const isBlock = /^[^\s#]/.test(value) && (value.includes("\n") || this.chance(0.15));
    if (!isBlock || !this.chance(0.8)) return `${this.quoted(value)}${this.comment()}\n`;
    const ends = value.length - body.length;
    this.isKept = ends > 1;
    this.isText = true;
    const lines = body.split("\n").map((line) => (line === "" ? "\n" : `${" ".repeat(indent + 2)}${line}\n`));
    return `|${ends === 0 ? "-" : ends === 1 ? "" : "+"}${this.comment()}\n${lines.join("")}${"\n".repeat(Math.max(0, ends - 1))}`;
  }

  private quoted(value: string): string {
    this.isKept = this.isText = false;
    const isPlain = /^[A-Za-z][\w/@. -]*[\w]$/.test(value) && !["yes"].includes(value);
    const styles = [
      JSON.stringify(value),
      ...(value.includes("\n") ? [] : [`'${value.replaceAll("'", "''")}'`]),
    ];
    return isPlain && this.chance(0.8) ? value : this.oneOf(styles);
  }

  private block(value: readonly Data[] | Mapping, indent: number): string {
    const blanks = " ".repeat(indent);
    const lead = () =>
      this.chance(0.1)
        ? `${blanks}# above\n`
        : this.chance(0.05) && !this.isKept
          ? "\n"
          : this.chance(0.03) && !this.isText
            ? `${blanks}      # deep\n`
            : "";
    if (Array.isArray(value))
      return (value as readonly Data[])
        .map((item) => {
          if (typeof item !== "object" || Array.isArray(item) || this.chance(0.5))
            return `${lead()}${blanks}-${this.after(item, indent, 0.4)}`;
          return `${lead()}${blanks}- ${this.pairs(item as Mapping, indent + 2, () => "")
            .join("")
            .slice(indent + 2)}`;
        })
        .join("");
    return this.pairs(value as Mapping, indent, lead).join("");
  }

  private pairs(value: Mapping, indent: number, lead: () => string): string[] {
    const blanks = " ".repeat(indent);
    const { merge, own } = this.merged(value);
    return [
      ...(merge === undefined ? [] : [`${blanks}<<: ${merge}${this.comment()}\n`]),
      ...own.map(([key, one], index) => {
        const start = index === 0 && merge === undefined ? "" : lead();
        const alias = this.alias(key);
        if (alias !== undefined) return `${start}${blanks}${alias} :${this.after(one, indent)}`;
        const props = /^(ana|ben|cem)$/.test(key) ? this.props(key, 0.3) : "";
        const written = this.within(props, () => `${props}${this.quoted(key)}`);
        return this.chance(0.04)
          ? `${start}${blanks}? ${written}\n${blanks}:${this.after(one, indent)}`
          : `${start}${blanks}${written}:${this.after(one, indent)}`;
      }),
    ];
  }

  /** A merge that brings some of the entries in, and the entries that it does not. */
  private merged(value: Mapping): { merge?: string; own: [string, Data][] } {
    const own = Object.entries(value);
    const fitting = [...this.anchors].filter(
      ([name, one]) =>
        typeof one === "object" &&
        !Array.isArray(one) &&
        !this.open.includes(name) &&
        Object.keys(one).length > 0 &&
        Object.keys(one).every((key) => Object.hasOwn(value, key)),
    );
    if (fitting.length === 0 || !this.hasMerges || !this.chance(0.6)) return { own };
    const [name, base] = this.oneOf(fitting) as [string, Mapping];
    const isSame = (key: string) => JSON.stringify(base[key]) === JSON.stringify(value[key]);
    return {
      merge: this.chance(0.8) ? `*${name}` : `[*${name}]`,
      own: own.filter(([key]) => !Object.hasOwn(base, key) || !isSame(key)),
    };
  }

  private flow(value: readonly Data[] | Mapping, indent: number): string {
    const isLong = this.chance(0.15);
    const blanks = `\n${" ".repeat(indent + 2)}`;
    const isList = Array.isArray(value);
    const entries = isList
      ? (value as readonly Data[]).map((item) => this.flowValue(item, indent, 0.4))
      : this.flowPairs(value as Mapping, indent);
    const [start, end] = isList ? ["[", "]"] : ["{", "}"];
    if (entries.length === 0) return `${start}${end}`;
    if (!isLong) {
      const pad = isList ? this.oneOf(["", "", " "]) : this.oneOf([" ", " ", ""]);
      const comma = this.chance(0.1) ? "," : "";
      return `${start}${pad}${entries.join(this.oneOf([", ", ", ", ",  "]))}${comma}${pad || " "}${end}`;
    }
    const hasLast = this.chance(0.5);
    const lines = entries.map((entry, index) => {
      const isLast = index === entries.length - 1;
      return `${blanks}${entry}${isLast && !hasLast ? "" : ","}${this.comment()}`;
    });
    return `${start}${lines.join("")}\n${" ".repeat(indent + 1)}${end}`;
  }

  private flowPairs(value: Mapping, indent: number): string[] {
    const { merge, own } = this.merged(value);
    return [
      ...(merge === undefined ? [] : [`<<: ${merge}`]),
      ...own.map(([key, one]) => {
        const alias = this.alias(key);
        const props = alias === undefined && /^(ana|ben|cem)$/.test(key) ? this.props(key, 0.3) : "";
        const written = this.within(props, () => alias ?? `${props}${this.quoted(key)}`);
        return `${written}${alias === undefined ? "" : " "}: ${this.flowValue(one, indent)}`;
      }),
    ];
  }

  private flowValue(value: Data, indent: number, share?: number): string {
    const alias = this.alias(value);
    if (alias !== undefined) return alias;
    const props = this.props(value, share);
    return this.within(props, () => {
      if (typeof value === "object") return props + this.flow(value, indent);
      return (
        props +
        (typeof value === "string" ? this.quoted(value).replace(/^([\w].*,.*)$/, "'$1'") : String(value))
      );
    });
  }
}
