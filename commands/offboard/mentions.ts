/** Where `access.yaml` and `exceptions.yaml` still name somebody, and what is to be done there. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node } from "yaml";
import { accessFile, exceptionsFile, type DataTexts } from "../../access";
import { cut, edited, type Edit } from "./cut";

export interface Mention {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Example: `dora is in the members of team payments`. */
  readonly what: string;
  /** What a person has to decide; undefined: the name can just be taken out. */
  readonly todo?: string;
  /** How to take it out; undefined where that is a person's to do. */
  readonly edits?: readonly Edit[];
}

/** @param leastOwners so few may be left (`limits.owners`) */
export function mentionsIn(texts: DataTexts, person: string, leastOwners: number): Mention[] {
  const found = new Finder(accessFile, texts.get(accessFile) ?? "", person);
  const exceptions = texts.get(exceptionsFile);
  const inAccess = [
    ...found.owners(leastOwners),
    ...found.teams(found.root),
    ...found.agents(),
    ...found.grants(),
  ];
  const others = exceptions === undefined ? [] : new Finder(exceptionsFile, exceptions, person).exceptions();
  const all = [...inAccess, ...others];
  // Who is named elsewhere has to be among the people.
  return [...all, ...found.people(all.some(({ todo }) => todo !== undefined))];
}

/** `access.yaml` without the name, wherever it can just be taken out. */
export function withoutPerson(texts: DataTexts, person: string, leastOwners: number): string {
  let access = texts.get(accessFile) ?? "";
  for (;;) {
    const next = mentionsIn(new Map([...texts, [accessFile, access]]), person, leastOwners).find(
      ({ edits }) => edits,
    );
    if (next?.edits === undefined) return access;
    access = edited(access, next.edits);
  }
}

/** `access.yaml:28: dora is in the members of team payments: take them out` */
export function mentionText({ file, line, what, todo = "take the name out" }: Mention): string {
  return `${file}:${line}: ${what}: ${todo}`;
}

class Finder {
  readonly root: unknown;
  private readonly lines = new LineCounter();

  constructor(
    private readonly file: string,
    private readonly text: string,
    private readonly person: string,
  ) {
    this.root = parseDocument(text, { lineCounter: this.lines }).contents;
  }

  owners(least: number): Mention[] {
    const owners = valueOf(this.root, "owners");
    if (!isSeq(owners)) return [];
    const isSpare = owners.items.length > least;
    return owners.items.flatMap((item, index) =>
      this.isPerson(item)
        ? [
            this.mention(item, "is one of the owners", {
              ...(isSpare
                ? { edits: cut(this.text, owners, index, keyOf(this.root, "owners")) }
                : { todo: `name another, since there have to be ${least}` }),
            }),
          ]
        : [],
    );
  }

  /** Those below this node, too. */
  teams(above: unknown): Mention[] {
    return pairsOf(valueOf(above, "teams")).flatMap(({ name, value }) => {
      const members = valueOf(value, "members");
      const key = keyOf(value, "members");
      const inside = isSeq(members) ? members.items : [];
      return [
        ...this.owned(value, `team ${name}`),
        ...inside.flatMap((item, index) =>
          this.isPerson(item) && isSeq(members)
            ? [
                this.mention(item, `is in the members of team ${name}`, {
                  edits: cut(this.text, members, index, key),
                }),
              ]
            : [],
        ),
        ...this.teams(value),
      ];
    });
  }

  agents(): Mention[] {
    const agents = pairsOf(valueOf(this.root, "agents"));
    return agents.flatMap(({ name, value }) => this.owned(value, `agent ${name}`));
  }

  grants(): Mention[] {
    const grants = valueOf(this.root, "grants");
    if (!isSeq(grants)) return [];
    return grants.items.flatMap((grant, index) => {
      const who = valueOf(grant, "person");
      if (!this.isPerson(who)) return [];
      const edits = cut(this.text, grants, index, keyOf(this.root, "grants"));
      return [this.mention(who, `is granted ${said(grant, "can")} on ${said(grant, "on")}`, { edits })];
    });
  }

  exceptions(): Mention[] {
    const exceptions = valueOf(this.root, "exceptions");
    return (isSeq(exceptions) ? exceptions.items : []).flatMap((exception) =>
      this.owned(exception, `the exception from ${said(exception, "rule")}`),
    );
  }

  /** @param needed somebody still has to decide about another mention */
  people(needed: boolean): Mention[] {
    const people = valueOf(this.root, "people");
    if (!isMap(people)) return [];
    return people.items.flatMap(({ key }, index) =>
      this.isPerson(key)
        ? [
            this.mention(
              key,
              "is among the people",
              needed
                ? { todo: "take the name out once it stands nowhere else" }
                : { edits: cut(this.text, people, index, keyOf(this.root, "people")) },
            ),
          ]
        : [],
    );
  }

  private owned(node: unknown, what: string): Mention[] {
    const owner = valueOf(node, "owner");
    return this.isPerson(owner) ? [this.mention(owner, `owns ${what}`, { todo: "name another owner" })] : [];
  }

  private isPerson(node: unknown): node is Node {
    return isScalar(node) && node.value === this.person;
  }

  private mention(node: Node, what: string, rest: Pick<Mention, "todo" | "edits">): Mention {
    const { line } = this.lines.linePos(node.range?.[0] ?? 0);
    return { file: this.file, line, what: `${this.person} ${what}`, ...rest };
  }
}

function pairOf(node: unknown, name: string) {
  return isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === name) : undefined;
}

const valueOf = (node: unknown, name: string): unknown => pairOf(node, name)?.value;
const keyOf = (node: unknown, name: string): unknown => pairOf(node, name)?.key;

function pairsOf(node: unknown): { name: string; value: unknown }[] {
  const items = isMap(node) ? node.items : [];
  return items.map(({ key, value }) => ({ name: isScalar(key) ? String(key.value) : "", value }));
}

/** What the file says there, on one line. */
function said(node: unknown, name: string): string {
  const value = valueOf(node, name);
  const words = isSeq(value) ? value.items : [value];
  return words.map((word) => (isScalar(word) ? String(word.value) : "…")).join(", ");
}
