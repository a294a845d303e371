/** Reads what `encode.ts` packed. Runs in the page: nothing of Node is here. */
import { holderKinds, type Consequence, type PageData } from "./data";

export interface Way {
  readonly capability: string;
  readonly granted: boolean;
  readonly privileged: boolean;
  /** From whom it is told on. */
  readonly path: readonly string[];
  readonly reason?: string;
  readonly until?: string;
}

export interface Holder {
  readonly index: number;
  readonly who: string;
  readonly name: string;
  readonly kind: (typeof holderKinds)[number];
  readonly account: number;
  /** Indexes into `subjects`. */
  readonly subjects: readonly number[];
  readonly teams: readonly string[];
}

export interface Project {
  readonly key: string;
  readonly first: number;
  readonly length: number;
}

/** Who can do what, ready to be asked. Bits are capabilities, in the order of `capabilities`. */
export class Rights {
  readonly targets: readonly string[];
  readonly projects: readonly Project[];
  readonly holders: readonly Holder[];
  /** By holder and then repository: what they can do, and what of it was granted. */
  readonly can: Uint32Array;
  readonly granted: Uint32Array;
  /** Bits of what counts as privileged. */
  readonly privileged: number;
  /** By capability. */
  readonly levelOf: readonly number[];
  /** By the bits of a cell: its strongest level. */
  private readonly strongest = new Map<number, number>();

  constructor(private readonly data: PageData) {
    this.targets = data.targets.map((text) => this.text(text));
    this.projects = projectsIn(this.targets);
    this.levelOf = data.capabilities.map(({ level }) => level);
    this.privileged = bitsOf(data.capabilities.map(({ privileged }) => privileged));
    const labels = data.subjects.map(([label]) => this.text(label));
    this.holders = data.holders.map(([who, name, kind, account, ...subjects], index) => ({
      index,
      who: this.text(who),
      name: this.text(name),
      kind: holderKinds[kind] ?? "person",
      account,
      subjects,
      teams: subjects.flatMap((subject) => {
        const label = labels[subject] ?? "";
        return label.startsWith("team ") ? [label.slice("team ".length)] : [];
      }),
    }));
    const { can, granted } = this.masks();
    this.can = can;
    this.granted = granted;
  }

  private masks(): { can: Uint32Array; granted: Uint32Array } {
    const width = this.targets.length;
    const { bundles, consequences, subjects } = this.data;
    const bundleCan = bundles.map((list) =>
      list.reduce((bits, one) => bits | (1 << (consequences[one]?.[0] ?? 0)), 0),
    );
    const bundleGranted = bundles.map((list) =>
      list.reduce((bits, one) => {
        const [capability = 0, isGranted = 0] = consequences[one] ?? [];
        return isGranted === 1 ? bits | (1 << capability) : bits;
      }, 0),
    );
    const can = new Uint32Array(width * this.holders.length);
    const granted = new Uint32Array(width * this.holders.length);
    for (const { index, subjects: own } of this.holders) {
      const start = index * width;
      for (const subject of own) {
        const ranges = subjects[subject] ?? [0];
        for (let at = 1; at < ranges.length; at += 3) {
          const [bundle = 0, first = 0, length = 0] = [ranges[at], ranges[at + 1], ranges[at + 2]];
          const [some, given] = [bundleCan[bundle] ?? 0, bundleGranted[bundle] ?? 0];
          for (let place = start + first; place < start + first + length; place++) {
            can[place] = (can[place] ?? 0) | some;
            granted[place] = (granted[place] ?? 0) | given;
          }
        }
      }
    }
    return { can, granted };
  }

  at(holder: number, target: number): number {
    return this.can[holder * this.targets.length + target] ?? 0;
  }

  grantedAt(holder: number, target: number): number {
    return this.granted[holder * this.targets.length + target] ?? 0;
  }

  /** The strongest level among the capabilities of some bits. */
  level(bits: number): number {
    const known = this.strongest.get(bits);
    if (known !== undefined) return known;
    const found = this.levelOf.reduce(
      (level, own, bit) => ((bits & (1 << bit)) !== 0 ? Math.max(level, own) : level),
      0,
    );
    this.strongest.set(bits, found);
    return found;
  }

  namesOf(bits: number): string[] {
    return this.data.capabilities.flatMap(({ name }, bit) => ((bits & (1 << bit)) === 0 ? [] : [name]));
  }

  /** Every way to what a holder can do on a repository, the strongest capability first, granted before implied. */
  ways(holder: Holder, target: number): Way[] {
    const { capabilities } = this.data;
    const name = this.targets[target] ?? "";
    return this.consequencesAt(holder, target)
      .map(([capability, isGranted, reason, until, ...path]): Way & { readonly bit: number } => {
        const steps = path.map((text) => (text === -1 ? name : this.text(text)));
        return {
          bit: capability,
          capability: capabilities[capability]?.name ?? "",
          granted: isGranted === 1,
          privileged: capabilities[capability]?.privileged ?? false,
          path: steps[0] === holder.who ? steps : [holder.who, ...steps],
          ...(reason !== -1 && { reason: this.text(reason) }),
          ...(until !== -1 && { until: this.text(until) }),
        };
      })
      .sort(
        (a, b) =>
          (this.levelOf[b.bit] ?? 0) - (this.levelOf[a.bit] ?? 0) ||
          (a.capability < b.capability ? -1 : a.capability > b.capability ? 1 : 0) ||
          Number(b.granted) - Number(a.granted) ||
          a.path.length - b.path.length,
      );
  }

  private consequencesAt(holder: Holder, target: number): Consequence[] {
    const { bundles, consequences, subjects } = this.data;
    return holder.subjects.flatMap((subject) => {
      const ranges = subjects[subject] ?? [0];
      for (let at = 1; at < ranges.length; at += 3) {
        const [bundle = 0, first = 0, length = 0] = [ranges[at], ranges[at + 1], ranges[at + 2]];
        if (target < first || target >= first + length) continue;
        return (bundles[bundle] ?? []).flatMap((one) => {
          const consequence = consequences[one];
          return consequence === undefined ? [] : [consequence];
        });
      }
      return [];
    });
  }

  text(number: number): string {
    return number === -1 ? "" : (this.data.strings[number] ?? "");
  }
}

/** Of sorted repositories. */
function projectsIn(targets: readonly string[]): Project[] {
  const projects: { key: string; first: number; length: number }[] = [];
  for (const [index, target] of targets.entries()) {
    const key = target.split("/", 1)[0] ?? target;
    const last = projects.at(-1);
    if (last?.key === key) last.length += 1;
    else projects.push({ key, first: index, length: 1 });
  }
  return projects;
}

function bitsOf(flags: readonly boolean[]): number {
  return flags.reduce((bits, flag, bit) => (flag ? bits | (1 << bit) : bits), 0);
}
