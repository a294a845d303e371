/**
 * Who can do what on which repository: the closure of the model, told of people rather than of teams. One right is one
 * person, one capability and one repository, however many ways lead to it.
 */
import { preference, subjectLabel, type Entitlement, type Subject } from "../access";
import type { Facts, Holder } from "./facts";
import type { Part, Row } from "./part";

export interface Right {
  readonly who: string;
  readonly kind: Subject["kind"];
  /** The way that tells most: granted rather than implied, the longest lasting, the shortest. */
  readonly best: Entitlement;
  /** The other ways. */
  readonly others: readonly Entitlement[];
}

/**
 * In the order of the holders, then by repository and capability. Thousands of people are in a few hundred sets of teams,
 * and each set is worked out once.
 */
export function* rightsOf(
  entitlements: readonly Entitlement[],
  holders: readonly Holder[],
): Generator<Right> {
  const bySubject = new Map<string, Entitlement[]>();
  for (const one of entitlements) {
    const label = subjectLabel(one.subject);
    const known = bySubject.get(label);
    if (known === undefined) bySubject.set(label, [one]);
    else known.push(one);
  }
  const known = new Map<string, readonly Omit<Right, "who" | "kind">[]>();
  for (const { who, kind, subjects } of holders) {
    const labels = subjects.map(subjectLabel).filter((label) => bySubject.has(label));
    const key = labels.join("\n");
    const rights = known.get(key) ?? merged(labels.map((label) => bySubject.get(label) ?? []));
    known.set(key, rights);
    for (const right of rights) yield { who, kind, ...right };
  }
}

function merged(lists: readonly (readonly Entitlement[])[]): Omit<Right, "who" | "kind">[] {
  const all = new Map<string, Entitlement[]>();
  for (const one of lists.flat()) {
    const key = `${one.target}\n${one.capability}`;
    const ways = all.get(key);
    if (ways === undefined) all.set(key, [one]);
    else ways.push(one);
  }
  return [...all]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, ways]) => {
      const [best, ...others] = ways.sort(preference);
      return best === undefined ? [] : [{ best, others }];
    });
}

const columns = [
  "who",
  "kind",
  "can",
  "on",
  "granted or implied",
  "path",
  "reason",
  "until",
  "privileged",
  "other paths",
] as const;

/**
 * Its rows are made while they are read, and anew each time, since there may be too many to keep.
 *
 * @param isPrivileged see `privilegeIn`
 */
export function rightsPart(
  { entitlements, modelSource, modelDoubt, realm }: Facts,
  holders: readonly Holder[],
  isPrivileged: (right: Entitlement) => boolean,
): Part {
  const rows = {
    *[Symbol.iterator](): Generator<Row> {
      for (const right of rightsOf(entitlements, holders)) yield rowOf(right, isPrivileged);
    },
  };
  const unknown = holders.filter(({ kind }) => kind === "team").map(({ who }) => who);
  const doubts = [
    ...(modelDoubt === undefined ? [] : [modelDoubt]),
    ...(unknown.length === 0
      ? []
      : [
          `nobody could say who is in ${unknown.join(", ")}${realm.ok ? "" : `: ${realm.cause}`}; their rights are told of the team`,
        ]),
  ];
  return {
    name: "rights",
    title: "Who can do what",
    says: "One row is one right: a person, an agent, or a team of which nobody knows the people; a capability; a repository.",
    source: modelSource,
    columns,
    rows,
    notes: [
      "implied rights are those that Bitbucket gives with what was granted",
      "people who are disabled in Keycloak hold nothing by their teams",
    ],
    ...(doubts.length > 0 && { missing: doubts.join("; ") }),
  };
}

function rowOf({ who, kind, best, others }: Right, isPrivileged: (right: Entitlement) => boolean): Row {
  return [
    who,
    kind,
    best.capability,
    best.target,
    best.kind,
    wayOf(who, best),
    best.reason,
    best.until,
    isPrivileged(best),
    others.map((one) => wayOf(who, one)).join("; ") || undefined,
  ];
}

/** Example: `chen → payments-leads → payments → PAY → write`. */
export function wayOf(who: string, { path }: Pick<Entitlement, "path">): string {
  return (path[0] === who ? path : [who, ...path]).join(" → ");
}
