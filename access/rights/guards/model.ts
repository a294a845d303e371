/** What a change of each field of `access.yaml` means: harmless, or grave and whom it asks. */
import type {
  Agent,
  Environment,
  Limits,
  Model,
  Person,
  Project,
  ProtectedBranch,
  Repository,
  Review,
  Separation,
  Team,
} from "../../model";
import { boundBranch } from "../../settings/credential";
import { groupOf, targetOf } from "../../tree";
import { observable } from "../../vocabulary";
import { byConsequence, each, fields, guard, harmless, named, presence, type Class } from "./class";

/** Grave by what the person, or the agent, can do: `needsOf` says. */
function identity<T>(what: string): Class<T> {
  return (before, after, { name }) => {
    const changes = guard<T>("identity", { asks: "nobody" })(before, after, {
      name: `${what} of ${name}`,
      asks: [],
    });
    return changes.map((change) => ({ ...change, who: name }));
  };
}

/** Whoever has them acts as the agent, whatever it can do today. */
const keys: Class<string> = (before, after, at) =>
  identity<string>("keys")(before, after, at).map((change) => ({ ...change, asks: [] }));

const owner: Class<string> = (before, after, { name }) => [
  {
    about: "owner",
    what: `owner ${name}`,
    who: name,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
    weaker: after === undefined,
    // Who enters is asked about with all other names that may approve from now on.
    ...(after === undefined && { asks: [] }),
  },
];

/** Shown alone: whom it lets approve, or act, is asked about by name. */
const answers =
  (kind: string): Class<string> =>
  (before, after, { name }) =>
    guard<string>("answers", { asks: "nobody" })(before, after, {
      name: `who answers for ${kind} ${name}`,
      asks: [],
    });

const people: Class<Person> = fields<Person>({
  username: byConsequence,
  name: harmless,
  email: identity<string>("e-mail address"),
  account: identity<string>("Bitbucket account"),
  previously: byConsequence, // compared with whoever it was before: see `renames.ts`
});

/** From then on nobody sees who is in the team: grave by what the team can do. */
const leftToKeycloak: Class<readonly string[]> = (before, after, { name }) =>
  before === undefined || after !== undefined
    ? []
    : [
        {
          about: "identity",
          what: `who is in team ${name}`,
          who: `team ${name}`,
          before: "those of access.yaml",
          after: "those of Keycloak",
          weaker: true,
        },
      ];

/** Either way somebody else says from then on who is in the team. */
const observedMembers: Class<readonly string[]> = (before, after, { name }) => {
  const word = (observed: readonly string[] | undefined) => (observed === undefined ? "owned" : "observed");
  const changes = guard<string>("identity")(word(before), word(after), {
    name: `members of the Bitbucket group of team ${name}`,
    asks: [],
  });
  return changes.map((change) => ({ ...change, who: `team ${name}` }));
};

const teams: Class<Team> = fields<Team>({
  name: byConsequence,
  owner: answers("team"),
  description: harmless,
  parent: byConsequence,
  members: leftToKeycloak,
  previously: byConsequence, // compared with what it was before: see `renames.ts`
  group: byConsequence, // by `bitbucketGroup`, which also knows the default
  observed: observedMembers,
});

/**
 * Whoever is in it has the team's rights until `sync` has been there: grave by what the team can do. A team that takes a group
 * of its own name is renamed, or ends an exception.
 */
const bitbucketGroup: Class<Team> = (before, after, { name }) => {
  if (before === undefined || after === undefined || groupOf(before) === groupOf(after)) return [];
  const isNamed = after.group !== undefined;
  const [from, to] = [groupOf(before), groupOf(after)];
  return [
    {
      ...{ about: "identity", what: `Bitbucket group of team ${name}`, before: from, after: to },
      ...(isNamed && { who: `team ${name}` }),
      weaker: isNamed,
    },
  ];
};

const agents: Class<Agent> = fields<Agent>({
  name: byConsequence,
  owner: answers("agent"),
  description: harmless,
  account: identity<string>("Bitbucket account"),
  tokenLife: guard("identity", {
    what: "life of a token in seconds",
    weaker: (before = 0, after = 0) => after > before,
  }),
  jwks: keys,
});

/** Who alone deploys there, and which teams. An open environment that is new or gone guards nothing. */
const gate: Class<Environment> = (before, after, at) => {
  const word = (open: boolean) => (open ? "open to whoever may write" : "restricted");
  const [was, is] = [before?.restricted ?? false, after?.restricted ?? false];
  if (was === is) return [];
  return guard<Environment>("environment", {
    weaker: () => was,
    word: ({ restricted }) => word(!restricted),
  })(before, after, at);
};

const isWider = (before: readonly string[] | undefined, after: readonly string[] | undefined): boolean =>
  before !== undefined && (after === undefined || after.some((team) => !before.includes(team)));

const environments: Class<Environment> = fields<Environment>({
  name: byConsequence,
  type: guard("environment", { what: "type" }),
  previously: byConsequence, // compared with what it was before: see `places.ts`
  restricted: byConsequence, // by `gate`, which also sees an environment that comes or goes
  deployers: guard<readonly string[]>("environment", {
    what: "deployers",
    weaker: isWider,
    word: (names) => names.join(", "),
  }),
});

/** What is owned from now on may lose what it has; what is observed is guarded by nobody here. */
const observedParts: Class<readonly string[]> = (before, after, at) =>
  observable.place.flatMap((part) => {
    const word = (observed: readonly string[] = []) => (observed.includes(part) ? "observed" : "owned");
    return guard<string>("repository", { what: part })(word(before), word(after), at);
  });

const projects: Class<Project> = fields<Project>({
  key: byConsequence,
  previously: byConsequence, // compared with what it was before: see `places.ts`
  name: harmless,
  owner: answers("project"),
  complete: guard("repository", {
    what: "all that are in it",
    weaker: (before, after) => before === false && after === true,
  }),
  observed: observedParts,
});

/** A bound: the higher, the more goes through; without one, anything does. */
const bounds = ["commitsBehind"];
/** Switches that let more through when they are on. */
const loosening = ["keepApprovalsOfSameDiff", "autoMerge"];

const rules: Class<object> = (before, after, at) => {
  const [old, now] = [before, after].map(
    (some = {}) => new Map<string, number | boolean>(Object.entries(some)),
  );
  return [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].flatMap((rule) => {
    const weaker = (from: number | boolean = false, to: number | boolean = false) =>
      loosening.includes(rule)
        ? to === true
        : bounds.includes(rule)
          ? from !== false && (to === false || Number(to) > Number(from))
          : Number(to) < Number(from);
    const [from, to] = [old?.get(rule) ?? false, now?.get(rule) ?? false];
    return guard<number | boolean>("branch", { what: rule, weaker })(from, to, at);
  });
};

const branch: Class<ProtectedBranch> = fields<ProtectedBranch>({
  pattern: byConsequence,
  rules,
  enforced: (before = false, after = false, at) => rules({ enforced: before }, { enforced: after }, at),
});

const cameOrWent: Class<ProtectedBranch> = presence(
  guard("branch", { weaker: (_, after) => after === undefined, word: () => "protected" }),
);

type Restricted = (environment: string) => boolean;

/** Whatever guards it goes with it, while rights on its project stay. */
const left = (isRestricted: Restricted): Class<Repository> =>
  presence(
    guard("repository", {
      what: "its gates",
      weaker: (before) =>
        before !== undefined && (before.branches.length > 0 || before.deploys.some(isRestricted)),
      word: () => "kept",
    }),
  );

const credentialRank = ["keyless", "both", "rotated"];
export const isLongerLived = (before: string | undefined, after: string | undefined): boolean =>
  credentialRank.indexOf(after ?? "keyless") > credentialRank.indexOf(before ?? "keyless");

const repositories = (isRestricted: Restricted): Class<Repository> =>
  fields<Repository>({
    slug: byConsequence,
    previously: byConsequence, // compared with what it was before: see `places.ts`
    project: byConsequence,
    deploys: guard<readonly string[]>("repository", {
      what: "the list of environments",
      weaker: (before = [], after = []) => before.some((name) => isRestricted(name) && !after.includes(name)),
      word: (names) => names.join(", ") || "none",
    }),
    branches: each(
      {
        key: ({ pattern }) => pattern,
        at: ({ pattern }, { name }) => ({ name: `${name}, branch ${pattern}` }),
      },
      cameOrWent,
      branch,
    ),
    credential: guard("repository", { what: "how its pipelines sign in" }),
    observed: guard<readonly string[]>("repository", {
      what: "what is observed",
      word: (parts) => parts.join(", "),
    }),
    owned: guard<readonly string[]>("repository", {
      what: "what is the program's alone",
      word: (parts) => parts.join(", "),
    }),
  });

const wordsOf = ({ sides, on }: Separation): string =>
  [sides.map((side) => [side.can, ...(side.on ?? [])].join(" ")).join(" and "), ...(on ?? [])].join(" on ");

const separations: Class<Model["separations"]> = each(
  { key: wordsOf, at: () => ({ name: "never together" }) },
  presence(guard("rule", { weaker: (_, after) => after === undefined, word: wordsOf })),
);

const limits: Class<Limits> = fields<Limits>({
  owners: guard("rule", {
    what: "least number of owners",
    weaker: (before = 0, after = 0) => after < before,
  }),
  removal: guard("rule", {
    what: "largest share of rights that a change removes",
    weaker: (before = 0, after = 0) => after > before,
  }),
});

/** Whoever says that there has been one, or takes it out, has to have somebody beside them. */
const review: Class<Review> = (before, after, at) =>
  named<Review>({
    last: guard("rule", { weaker: (was, is) => was !== undefined && is !== undefined && is > was }),
    every: guard("rule", {
      weaker: (was = Infinity, is = Infinity) => is > was,
      word: (days) => `${days} days`,
    }),
  })(before, after, { ...at, name: "review" });

const self = (name: string): string => name;

/** Pipelines without a secret are bound to it: to another one, perhaps, with fewer checks. */
const bound: Class<Repository> = (before, after, { name, asks }) => {
  const [was, is] = [before, after].map((one) => one && boundBranch(one.branches));
  // One that is no longer protected at all is said as that.
  if (!after?.branches.some(({ pattern }) => pattern === was)) return [];
  return guard<string>("repository", {
    what: "the branch that its pipelines are bound to",
    weaker: (from) => from !== undefined,
  })(was, is, { name, asks });
};

/** What is about a target, before or after the change. */
export interface Scope {
  /** Those that steer everything: about them, the company's owners are asked. */
  readonly controls: ReadonlySet<string>;
  /** Environments where administrators alone deploy. */
  readonly restricted: ReadonlySet<string>;
}

export function modelClasses({ controls, restricted }: Scope): Class<Model> {
  const isRestricted = (name: string): boolean => restricted.has(name);
  return fields<Model>({
    company: harmless,
    owners: each({ key: self }, owner),
    environments: each(
      { key: ({ name }) => name, at: ({ name }) => ({ name: `environment ${name}` }) },
      gate,
      environments,
    ),
    people: each({ key: ({ username }) => username }, people),
    teams: each({ key: ({ name }) => name }, bitbucketGroup, teams),
    agents: each({ key: ({ name }) => name }, agents),
    projects: each({ key: ({ key }) => key, at: ({ key }) => ({ asks: [key] }) }, projects),
    repositories: each(
      {
        key: targetOf,
        at: (one) => ({ asks: controls.has(targetOf(one)) ? [] : [one.project] }),
      },
      left(isRestricted),
      bound,
      repositories(isRestricted),
    ),
    grants: byConsequence,
    separations,
    limits,
    review,
    control: each(
      { key: self, at: () => ({ name: "what steers everything" }) },
      guard("control", { weaker: (_, after) => after === undefined }),
    ),
  });
}
