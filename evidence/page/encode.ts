/** From entitlements to what the page holds of them. Pure, and undone by `decode.ts`. */
import {
  environmentOf,
  restrictedIn,
  subjectLabel,
  targetOf,
  type Entitlement,
  type Model,
  type Subject,
} from "../../access";
import type { Holder } from "../facts";
import { byText } from "../holders";
import {
  levels,
  holderKinds,
  mostCapabilities,
  type Consequence,
  type HolderRow,
  type Level,
  type PageData,
  type SubjectRights,
} from "./data";

/** Texts by number, each once. */
export class Dictionary {
  readonly strings: string[] = [];
  private readonly numbers = new Map<string, number>();

  numberOf(text: string | undefined): number {
    if (text === undefined) return -1;
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    this.numbers.set(text, this.strings.length);
    return this.strings.push(text) - 1;
  }
}

export type EncodedRights = Pick<
  PageData,
  "capabilities" | "targets" | "consequences" | "bundles" | "subjects" | "holders"
>;

export interface Named {
  /** Full name of a holder. */
  readonly name?: string | undefined;
  /** Index into `accountStates`. */
  readonly account: number;
}

/** @throws Error if there are more capabilities than a page can show */
export function encodeRights(
  model: Model,
  entitlements: readonly Entitlement[],
  holders: readonly Holder[],
  namedOf: (holder: Holder) => Named,
  texts: Dictionary,
): EncodedRights {
  const capabilities = capabilitiesOf(model);
  const bits = new Map(capabilities.map(({ name }, bit) => [name, bit]));
  const repositories = model.repositories.map(targetOf).sort(byText);
  const places = new Map(repositories.map((target, index) => [target, index]));
  const consequences = new Indexed<Consequence>();
  const bundles = new Indexed<readonly number[]>();
  const needed = new Set(holders.flatMap(({ subjects }) => subjects.map(subjectLabel)));

  const subjects: SubjectRights[] = [];
  const numbers = new Map<string, number>();
  for (const [label, own] of bySubject(entitlements)) {
    if (!needed.has(label)) continue;
    const held = new Map<number, number[]>();
    for (const { target, capability, kind, reason, until, path } of own) {
      const place = places.get(target);
      if (place === undefined) continue;
      const consequence: Consequence = [
        bits.get(capability) ?? 0,
        kind === "granted" ? 1 : 0,
        texts.numberOf(reason),
        texts.numberOf(until),
        ...path.map((step) => (step === target ? -1 : texts.numberOf(step))),
      ];
      const list = held.get(place);
      if (list === undefined) held.set(place, [consequences.numberOf(consequence)]);
      else list.push(consequences.numberOf(consequence));
    }
    const ranges = rangesOf([...held].map(([place, list]) => [place, bundles.numberOf(list)]));
    numbers.set(label, subjects.push([texts.numberOf(label), ...ranges]) - 1);
  }
  // A team without a right is still the team of somebody.
  for (const label of needed)
    if (label.startsWith("team ") && !numbers.has(label))
      numbers.set(label, subjects.push([texts.numberOf(label)]) - 1);
  return {
    capabilities,
    targets: repositories.map((target) => texts.numberOf(target)),
    consequences: consequences.all,
    bundles: bundles.all,
    subjects,
    holders: holders.map((holder): HolderRow => {
      const { name, account } = namedOf(holder);
      const own = holder.subjects.flatMap((subject) => numbers.get(subjectLabel(subject)) ?? []);
      return [
        texts.numberOf(holder.who),
        texts.numberOf(name),
        holderKinds.indexOf(holder.kind satisfies Subject["kind"]),
        account,
        ...own,
      ];
    }),
  };
}

/** In the order of their strength. */
function capabilitiesOf(model: Model): PageData["capabilities"] {
  const restricted = restrictedIn([model]);
  const productive = new Set(
    model.environments.flatMap(({ name, type }) => (type === "production" ? [name] : [])),
  );
  const levelOf = (name: string): Level => {
    const environment = environmentOf(name as Entitlement["capability"]);
    if (environment === undefined) return plain[name] ?? "nothing";
    return restricted.has(environment) || productive.has(environment) ? "deploy" : "write";
  };
  const names = [...Object.keys(plain), ...model.environments.map(({ name }) => `deploy:${name}`)];
  if (names.length > mostCapabilities)
    throw new Error(
      `the page shows ${mostCapabilities - Object.keys(plain).length} environments at most; access.yaml has ${model.environments.length}`,
    );
  return names
    .map((name) => ({
      name,
      level: levels.indexOf(levelOf(name)),
      privileged: name === "administer" || restricted.has(name.replace(/^deploy:/, "")),
    }))
    .sort((a, b) => a.level - b.level);
}

const plain: Readonly<Record<string, Level>> = {
  read: "read",
  trigger: "write",
  merge: "merge",
  administer: "administer",
};

function bySubject(entitlements: readonly Entitlement[]): Map<string, Entitlement[]> {
  const all = new Map<string, Entitlement[]>();
  for (const one of entitlements) {
    const label = subjectLabel(one.subject);
    const own = all.get(label);
    if (own === undefined) all.set(label, [one]);
    else own.push(one);
  }
  return all;
}

/** Neighbours with the same bundle are one range: bundle, first, length. */
function rangesOf(held: readonly (readonly [place: number, bundle: number])[]): number[] {
  const ranges: [number, number, number][] = [];
  for (const [place, bundle] of [...held].sort(([a], [b]) => a - b)) {
    const last = ranges.at(-1);
    if (last && last[0] === bundle && last[1] + last[2] === place) last[2] += 1;
    else ranges.push([bundle, place, 1]);
  }
  return ranges.flat();
}

/** Lists by number, each once. */
class Indexed<T extends readonly unknown[]> {
  readonly all: T[] = [];
  private readonly numbers = new Map<string, number>();

  numberOf(list: T): number {
    const key = list.join(",");
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.all.length);
    return this.all.push(list) - 1;
  }
}
