/**
 * What a change does besides giving and taking rights: it lifts or puts up a gate, or says that somebody is somebody
 * else. None of it is a right, and each of it decides who has one: two approvals fewer, a production that is no
 * longer restricted, an e-mail address that makes another account "ana".
 */
import type { Model, ProtectedBranch } from "../model";
import { compare } from "../problem";
import { targetOf } from "../tree";

/** In the order of a report; `rule`: the limits and separations, `answers`: who answers for a place. */
const subjects = ["owner", "identity", "environment", "rule", "branch", "answers"] as const;

export interface GuardChange {
  readonly about: (typeof subjects)[number];
  /** What changes. Example: `PAY/payments-api, branch main, approvals`. */
  readonly what: string;
  /** Whom an identity, or an owner, is of. */
  readonly who?: string;
  /** Undefined: it was not there. */
  readonly before?: string;
  /** Undefined: it is gone. */
  readonly after?: string;
  /** Whether less is guarded than before, or by somebody else. */
  readonly weaker: boolean;
}

/** Sorted by what they are about, then by what changes. */
export function guardChangesOf(before: Model, after: Model): GuardChange[] {
  return [
    ...owners(before, after),
    ...environments(before, after),
    ...rules(before, after),
    ...branches(before, after),
    ...answers(before, after),
    ...identities(before, after),
  ].sort((a, b) => subjects.indexOf(a.about) - subjects.indexOf(b.about) || compare(a.what, b.what));
}

function owners(before: Model, after: Model): GuardChange[] {
  const others = (some: readonly string[], than: readonly string[]) =>
    some.filter((one) => !than.includes(one));
  return [
    ...others(before.owners, after.owners).map((who) => ({
      ...change("owner", `owner ${who}`, who, undefined, true),
      who,
    })),
    ...others(after.owners, before.owners).map((who) => ({
      ...change("owner", `owner ${who}`, undefined, who, false),
      who,
    })),
  ];
}

/** Whether administrators alone deploy there, and which teams. An open environment that is new or gone guards nothing. */
function environments(before: Model, after: Model): GuardChange[] {
  const names = new Set([...before.environments, ...after.environments].map(({ name }) => name));
  return [...names].flatMap((name) => {
    const [old, now] = [before, after].map((model) => model.environments.find((one) => one.name === name));
    const what = `environment ${name}`;
    const word = (one: typeof old) => one && (one.restricted ? "restricted" : "open to whoever may write");
    const [was, is] = [old?.deployers, now?.deployers];
    const wider = was !== undefined && (is === undefined || is.some((team) => !was.includes(team)));
    return [
      ...((old?.restricted ?? false) === (now?.restricted ?? false)
        ? []
        : [change("environment", what, word(old), word(now), old?.restricted ?? false)]),
      ...(JSON.stringify(was) === JSON.stringify(is)
        ? []
        : [change("environment", `${what}, deployers`, was?.join(", "), is?.join(", "), wider)]),
    ];
  });
}

function rules(before: Model, after: Model): GuardChange[] {
  const [was, is] = [before.limits, after.limits];
  const limits = [
    { what: "least number of owners", old: was.owners, now: is.owners, weaker: is.owners < was.owners },
    {
      what: "largest share of rights that a change removes",
      old: was.removal,
      now: is.removal,
      weaker: is.removal > was.removal,
    },
  ].flatMap(({ what, old, now, weaker }) =>
    old === now ? [] : [change("rule", what, String(old), String(now), weaker)],
  );
  const wordsOf = ({ separations }: Model) =>
    separations.map(({ sides, on }) =>
      [sides.map((side) => [side.can, ...(side.on ?? [])].join(" ")).join(" and "), ...(on ?? [])].join(
        " on ",
      ),
    );
  const [old, now] = [wordsOf(before), wordsOf(after)];
  const what = "never together";
  return [
    ...limits,
    ...old.filter((one) => !now.includes(one)).map((one) => change("rule", what, one, undefined, true)),
    ...now.filter((one) => !old.includes(one)).map((one) => change("rule", what, undefined, one, false)),
  ];
}

/** Only of repositories that are there before and after: what is new or gone shows by its rights. */
function branches(before: Model, after: Model): GuardChange[] {
  const old = new Map(before.repositories.map((one) => [targetOf(one), one.branches]));
  return after.repositories.flatMap((repository) => {
    const was = old.get(targetOf(repository));
    if (was === undefined) return [];
    const patterns = new Set([...was, ...repository.branches].map(({ pattern }) => pattern));
    return [...patterns].flatMap((pattern) => {
      const what = `${targetOf(repository)}, branch ${pattern}`;
      const [a, b] = [was, repository.branches].map((all) => all.find((one) => one.pattern === pattern));
      if (a === undefined || b === undefined) {
        const word = (branch: object | undefined) => branch && "protected";
        return [change("branch", what, word(a), word(b), b === undefined)];
      }
      return rulesThatDiffer(a, b).map(({ rule, from, to, weaker }) =>
        change("branch", `${what}, ${rule}`, from, to, weaker),
      );
    });
  });
}

/** A bound: the higher, the more goes through; without one, anything does. */
const bounds = ["commitsBehind"];
/** Switches that let more through when they are on. */
const loosening = ["keepApprovalsOfSameDiff", "autoMerge"];

function rulesThatDiffer(before: ProtectedBranch, after: ProtectedBranch) {
  const settings = ({ rules: own, enforced }: ProtectedBranch) =>
    new Map<string, number | boolean>(Object.entries({ ...own, enforced }));
  const [old, now] = [settings(before), settings(after)];
  const word = (value: number | boolean) =>
    value === true ? "yes" : value === false ? "none" : String(value);
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((rule) => {
    const [from, to] = [old.get(rule) ?? false, now.get(rule) ?? false];
    const weaker = loosening.includes(rule)
      ? to === true
      : bounds.includes(rule)
        ? from !== false && (to === false || Number(to) > Number(from))
        : Number(to) < Number(from);
    return from === to ? [] : [{ rule, from: word(from), to: word(to), weaker }];
  });
}

function answers(before: Model, after: Model): GuardChange[] {
  const places = (model: Model) => [
    ...model.projects.map(({ key, owner }) => [`project ${key}`, owner] as const),
    ...model.teams.map(({ name, owner }) => [`team ${name}`, owner] as const),
    ...model.agents.map(({ name, owner }) => [`agent ${name}`, owner] as const),
  ];
  const old = new Map(places(before));
  return places(after).flatMap(([what, owner]) => {
    const was = old.get(what);
    return was === undefined || was === owner
      ? []
      : [change("answers", `who answers for ${what}`, was, owner, true)];
  });
}

/** What Bitbucket tells a person or an agent by. */
function identities(before: Model, after: Model): GuardChange[] {
  const marks = (model: Model) => [
    ...model.people.flatMap(({ username: who, email, account }) => [
      { who, what: `e-mail address of ${who}`, mark: email },
      { who, what: `Bitbucket account of ${who}`, mark: account },
    ]),
    ...model.agents.map(({ name: who, account: mark }) => ({
      who,
      what: `Bitbucket account of ${who}`,
      mark,
    })),
  ];
  const old = new Map(marks(before).map(({ what, mark }) => [what, mark]));
  return marks(after).flatMap(({ who, what, mark }) =>
    !old.has(what) || old.get(what) === mark
      ? []
      : [{ ...change("identity", what, old.get(what), mark, true), who }],
  );
}

function change(
  about: GuardChange["about"],
  what: string,
  before: string | undefined,
  after: string | undefined,
  weaker: boolean,
): GuardChange {
  return {
    about,
    what,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
    weaker,
  };
}
