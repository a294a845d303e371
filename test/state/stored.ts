/** What of a state has to stay, as it is stored in state.json, and what has become of it. */
import type { Placed } from "../../components/testing/placed";
import { replacingInputs } from "./replacing";
import { shortUrn, type Run } from "./run";

export interface StoredState {
  /** The stack output `baseline` of the version that wrote it. */
  readonly baseline: string;
  /** By short URN: the inputs whose change would replace the resource. None for components and providers. */
  readonly resources: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Which of today's resources a stored URN is of, by itself or by an alias. */
function keptIn(run: Run, stored: StoredState): Map<string, Placed> {
  const kept = new Map<string, Placed>();
  for (const one of run.resources)
    for (const urn of [one.urn, ...one.aliases].map(shortUrn))
      if (urn in stored.resources && !kept.has(urn)) kept.set(urn, one);
  return kept;
}

const typeOf = (urn: string) => urn.split("::")[0]?.split("$").at(-1);

/**
 * What a run would do to a stored state that nobody asked for, a line each.
 *
 * @returns none if it keeps every resource
 */
export function losses(run: Run, stored: StoredState): string[] {
  const kept = keptIn(run, stored);
  const then = new Map([...kept].map(([urn, one]) => [shortUrn(one.urn), urn]));
  const lines = Object.entries(stored.resources).flatMap(([urn, inputs]) => {
    const one = kept.get(urn);
    if (one === undefined) return [`${urn}: is deleted`];
    if (one.type !== typeOf(urn)) return [`${urn}: becomes a ${one.type}`];
    const now = replacingIn(one, then);
    return [...new Set([...Object.keys(inputs), ...Object.keys(now)])]
      .filter((name) => JSON.stringify(inputs[name]) !== JSON.stringify(now[name]))
      .map((name) => `${urn}: is replaced, ${name} was ${shown(inputs[name])} and is ${shown(now[name])}`);
  });
  const known = new Set([...kept.values()]);
  const made = run.resources.filter((one) => !known.has(one)).map(({ urn }) => `${shortUrn(urn)}: is made`);
  return [...lines, ...made].sort();
}

/** The state to store after a change that is meant: a URN that an alias keeps stays, so that the alias does, too. */
export function storedAfter(run: Run, stored: StoredState | undefined): StoredState {
  const kept = stored === undefined ? new Map<string, Placed>() : keptIn(run, stored);
  const then = new Map([...kept].map(([urn, one]) => [shortUrn(one.urn), urn]));
  const resources = run.resources.map(
    (one) => [then.get(shortUrn(one.urn)) ?? shortUrn(one.urn), replacingIn(one, then)] as const,
  );
  return {
    baseline: run.baseline,
    resources: Object.fromEntries(resources.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** @param then stored URNs by today's: what refers to a resource is compared by the name that it had */
function replacingIn({ type, custom, inputs, replacing }: Placed, then: ReadonlyMap<string, string>) {
  if (!custom) return {};
  const names = [...(replacingInputs(type) ?? []), ...replacing].sort();
  const entries = names.flatMap((name) =>
    inputs[name] === undefined ? [] : [[name, inThoseNames(inputs[name], then)] as const],
  );
  return Object.fromEntries(entries);
}

/** References read `id of <short URN>`; a secret is none of anybody's business here. */
function inThoseNames(value: unknown, then: ReadonlyMap<string, string>): unknown {
  if (typeof value === "object" && value !== null && "secret" in value) return "a secret";
  if (typeof value !== "string") return value;
  return value.replace(
    /\b((?:id|uuid|account) of )(.+)$/,
    (_, of: string, urn: string) => of + (then.get(urn) ?? urn),
  );
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
