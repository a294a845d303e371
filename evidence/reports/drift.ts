/** What a drift check found, as it is told, kept and put into the evidence. */
import { z } from "zod";

/** What somebody changed by hand, in either system. */
export interface Finding {
  readonly system: "keycloak" | "bitbucket";
  /** What sort of thing it is: `permission`, `webhook`, `client`. */
  readonly kind: string;
  /** Where, and which: `payments-api: group support`. */
  readonly target: string;
  /** What is declared; absent: nothing. */
  readonly declared?: string;
  /** What is there; absent: nothing. */
  readonly found?: string;
  /** Who changed it, where Keycloak's admin events know. */
  readonly who?: string;
  /** When, ISO 8601. */
  readonly when?: string;
  /** Where nothing is owned: nothing is taken back there, and it is no drift. Default: it is owned. */
  readonly observed?: true;
}

/** A finding as it is kept in a file. */
export const findingSchema = z.object({
  system: z.enum(["keycloak", "bitbucket"]),
  kind: z.string(),
  target: z.string(),
  declared: z.string().exactOptional(),
  found: z.string().exactOptional(),
  who: z.string().exactOptional(),
  when: z.string().exactOptional(),
  observed: z.literal(true).exactOptional(),
}) satisfies z.ZodType<Finding>;

/** How much of the workspace was looked at. */
export interface Coverage {
  /** Parts of the workspace: itself, each project, each repository. */
  readonly parts: number;
  /** How many of them this run looked at. */
  readonly looked: number;
  /** Those that no run has looked at yet. */
  readonly never: number;
  /** When the part that was looked at longest ago was, ISO 8601; absent while there are some that never were. */
  readonly oldest?: string;
}

/** What `npm run drift` tells. */
export interface DriftReport {
  readonly stack: string;
  /** When it was looked at, ISO 8601. */
  readonly at: string;
  readonly verdict: "as declared" | "drift";
  readonly findings: readonly Finding[];
  /** To Bitbucket. */
  readonly requests: number;
  readonly coverage: Coverage;
  /** What this check does not look at. */
  readonly notExamined: readonly string[];
}

/** What differs between what is declared and what is there, by name. */
export function differing(
  place: Pick<Finding, "system" | "kind" | "observed"> & { readonly at: string },
  declared: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): Finding[] {
  const { system, kind, at, observed } = place;
  const names = [...new Set([...declared.keys(), ...found.keys()])].sort();
  return names.flatMap((name): Finding[] => {
    const [was, is] = [declared.get(name), found.get(name)];
    if (was === is) return [];
    const target = at === "" ? name : `${at}: ${name}`;
    return [
      {
        system,
        kind,
        target,
        ...(was !== undefined && { declared: was }),
        ...(is !== undefined && { found: is }),
        ...(observed && { observed }),
      },
    ];
  });
}

/** Those of the first list that each other has, too. */
export function inAll([first = [], ...others]: readonly (readonly Finding[])[]): Finding[] {
  const keyOf = ({ kind, target }: Finding) => JSON.stringify([kind, target]);
  const rest = others.map((list) => new Set(list.map(keyOf)));
  return first.filter((finding) => rest.every((keys) => keys.has(keyOf(finding))));
}

/** `webhook workspace: https://…: nobody declared it (there) [ana, 2026-11-25T10:00:00Z]`. */
export function inWords({ kind, target, declared, found, who, when, observed }: Finding): string {
  const what = observed
    ? `observed, ${[found ?? "not there", ...(declared === undefined ? [] : [`in Keycloak ${declared}`])].join("; ")}`
    : declared === undefined
      ? `nobody declared it (${found ?? ""})`
      : found === undefined
        ? `gone (declared: ${declared})`
        : `declared ${declared}, found ${found}`;
  const by = [who, when].filter(Boolean).join(", ");
  return `${kind} ${target}: ${what}${by && ` [${by}]`}`;
}
