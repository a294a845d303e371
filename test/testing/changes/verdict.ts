/**
 * Whether what reached a deploy was let through by somebody who could: told from the states that the commits left, and
 * from what is known of each pull request because the test has made it.
 */
import { accountId, accounts, type State } from "./company";
import { weakenedBetween } from "./guards";
import { asNamedIn } from "./names";
import {
  accountIdOf,
  approversIn,
  controlsIn,
  heldIn,
  identityOf,
  isRestricted,
  repositoriesOf,
  forever,
} from "./rights";

export interface Step {
  /** What `main` then held; undefined: nothing that can be read. */
  readonly state: State | undefined;
  /** What it held besides data, whether that can be read or not. */
  readonly program: string;
  /** Undefined: pushed past all of them. */
  readonly pullRequest:
    | {
        readonly into: string;
        readonly authors: ReadonlySet<string>;
        /** Those whose approval is of the last push. */
        readonly approvals: ReadonlySet<string>;
        /** What they approved of. */
        readonly head: State | undefined;
      }
    | undefined;
}

interface Gain {
  readonly until: string;
  /** Key of the project that is asked; empty: the company. */
  readonly place: string;
}
interface Gains {
  readonly grave: ReadonlyMap<string, Gain>;
  /** Who gains anything at all, or is somebody else now. */
  readonly names: Set<string>;
}

/** What grants on whole projects give on repositories that are new was given with the grant; one that moves is not new. */
function withNewRepositories(from: State, to: State): State {
  const slugOf = (target: string) => target.split("/")[1] ?? "";
  const old = new Set(repositoriesOf(from.access).map(({ target }) => slugOf(target)));
  const access = structuredClone(from.access);
  for (const { target, project, deploys, branches } of repositoriesOf(to.access)) {
    const slug = slugOf(target);
    if (old.has(slug) || access.projects[project] === undefined) continue;
    access.projects[project].repositories[slug] = { deploys: [...deploys], protected: { ...branches } };
  }
  return { ...from, access };
}

function gainsBetween(from: State, to: State): Gains {
  const grave = new Map<string, Gain>();
  const names = new Set<string>();
  const add = (key: string, place: string, until = forever) => grave.set(key, { place, until });
  const gains = (holder: string) => {
    const agent = holder.replace("agent ", "");
    const owners = [from, to].flatMap(({ access }) => access.agents[agent]?.owner ?? []);
    for (const name of holder.startsWith("agent ") ? owners : [holder]) names.add(name);
  };
  const identities = (holder: string) => [from, to].map(({ access }) => identityOf(access, holder));
  const isOther = (holder: string) => {
    const [was, is] = identities(holder);
    return was !== "" && was !== is;
  };

  const controls = new Set([...controlsIn(from), ...controlsIn(to)]);
  const gated = new Set(
    [from, to]
      .flatMap(({ access }) => repositoriesOf(access))
      .filter(({ branches }) => Object.keys(branches).length > 0)
      .map(({ target }) => target),
  );
  const isGrave = (can: string, target: string): boolean => {
    if (controls.has(target)) return true;
    if (!can.startsWith("deploy:")) return can === "administer" && gated.has(target);
    return [from, to].some(({ access }) => isRestricted(access, can.replace("deploy:", "")));
  };

  const prior = heldIn(withNewRepositories(from, to).access);
  for (const [holder, rights] of heldIn(to.access)) {
    if (holder.startsWith("team ")) continue;
    for (const [key, until] of rights) {
      const [can = "", target = ""] = key.split(" ");
      const isGained = until > (prior.get(holder)?.get(key) ?? "");
      if (isGained) gains(holder);
      if (!isGrave(can, target)) continue;
      const place = controls.has(target) ? "" : (target.split("/")[0] ?? "");
      const isLeft =
        isGained &&
        holder.startsWith("?") &&
        until <= (prior.get(holder.replace("?", "team "))?.get(key) ?? "");
      if (isLeft) add(`who is in team ${holder.slice(1)}, which has ${key}`, "");
      else if (isGained) add(`${holder} has ${key}, as ${identities(holder)[1]}`, place, until);
      else if (isOther(holder)) add(`${holder}, who has ${key}, is ${identities(holder)[1]}`, "");
    }
  }

  const before = approversIn(from.access);
  for (const [place, people] of approversIn(to.access)) {
    for (const name of people) {
      const asked = before.has(place) ? place : "";
      if (!before.get(place)?.has(name)) {
        gains(name);
        add(`${name} approves for ${place || "the company"}, as ${identities(name)[1]}`, asked);
      } else if (isOther(name)) {
        gains(name);
        add(`${name}, who approves for ${place || "the company"}, is ${identities(name)[1]}`, "");
      }
    }
  }
  for (const [key, place] of weakenedBetween(from, to)) add(key, place);
  return { grave, names };
}

export interface Verdict {
  /** How much of it somebody has to let through. */
  readonly grave: number;
  /** What nobody who could has let through. */
  readonly uncovered: readonly string[];
}

/** What a step left and what was approved of, by the names of the base. */
function named(base: State, { state, pullRequest, ...rest }: Step): Step {
  const head = pullRequest?.head && asNamedIn(base, pullRequest.head);
  return {
    ...rest,
    state: state && asNamedIn(base, state),
    pullRequest: pullRequest && { ...pullRequest, head },
  };
}

/** @param disabled people whose word does not count */
export function verdictOf(base: State, found: readonly Step[], disabled: readonly string[]): Verdict {
  const steps = found.map((step) => named(base, step));
  const states = [base, ...steps.map(({ state }) => state)];
  const final = states.at(-1);
  if (final === undefined) throw new Error("what nobody can read is not deployed");
  const gains = states.map((state) => state && gainsBetween(base, state).grave);
  const whole = gainsBetween(base, final);
  const approvers = approversIn(base.access);
  // Nor does the word of somebody count whose name is changed with it.
  const last = found.at(-1)?.state?.access.people ?? {};
  for (const name of Object.keys(final.access.people)) if (!(name in last)) whole.names.add(name);
  const gaining = [...whole.names];
  const taken = new Set(
    gaining.flatMap((name) => [base, final].flatMap(({ access }) => accountIdOf(access, name) ?? [])),
  );
  const isNeutral = (name: string) =>
    !whole.names.has(name) && !name.startsWith("?") && !taken.has(accountIdOf(base.access, name) ?? "");
  const neutral = (place: string) => [...(approvers.get(place) ?? [])].filter(isNeutral);

  const isLetThrough = ({ pullRequest }: Step, place: string): boolean => {
    if (pullRequest?.into !== "main") return false;
    const own = neutral(place);
    return (own.length > 0 ? own : neutral("")).some((name) => {
      const id = accountIdOf(base.access, name);
      const account = accounts.find((one) => accountId(one) === id);
      if (id === undefined || account === undefined || disabled.includes(name)) return false;
      return pullRequest.approvals.has(account) && !pullRequest.authors.has(account);
    });
  };

  const uncovered = [...whole.grave].filter(([key, { until, place }]) => {
    const isIn = (some: ReadonlyMap<string, Gain> | undefined) => (some?.get(key)?.until ?? "") >= until;
    if (key.startsWith("program ")) {
      const bringing = steps.findLastIndex(
        (step, index) => step.program !== (steps[index - 1] ?? base).program,
      );
      return steps[bringing] === undefined || !isLetThrough(steps[bringing], place);
    }
    const last = gains.findLastIndex((some) => some !== undefined && !isIn(some));
    const next = gains.findIndex((some, index) => index > last && some !== undefined);
    const bringing = steps.slice(last, next);
    const head = bringing.at(-1)?.pullRequest?.head;
    // What stands there only together with what was merged meanwhile, nobody has looked at.
    if (head === undefined || !isIn(gainsBetween(base, head).grave)) return true;
    return !bringing.every((step) => isLetThrough(step, place)) || key.includes("?");
  });
  return { grave: whole.grave.size, uncovered: uncovered.map(([key]) => key) };
}
