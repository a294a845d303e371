/** Names that nothing is declared under. */
import { nearest } from "../nearest";
import { listed, shown } from "../problem";
import type { Path } from "../file/source";
import { targetOf } from "../tree";
import { environmentOf } from "../vocabulary";
import { unlessKnown, type Check, type Context, type Finding } from "./check";

export const knownPeople: Check = {
  name: "known-people",
  says: "every owner and every member is one of the people of the file",
  level: "problem",
  find: ({ model, tree }) => {
    const known = [...tree.people.keys()];
    const person = (at: Path, name: string) => unlessKnown(at, name, known, "people");
    return [
      ...model.owners.flatMap((name, index) => person(["owners", index], name)),
      ...model.teams.flatMap(({ owner, members = [] }, index) => [
        ...person(["teams", index, "owner"], owner),
        ...members.flatMap((name, number) => person(["teams", index, "members", number], name)),
      ]),
      ...model.agents.flatMap(({ owner }, index) => person(["agents", index, "owner"], owner)),
    ];
  },
  examples: {
    good: { text: "owners: [ana, ben, cem]" },
    bad: {
      text: "owners: [ana, ben, cme]",
      found: ['1:20  owners[2]: found "cme"; allowed: ana, ben, cem; did you mean "cem"?'],
    },
  },
};

export const knownProjectOwners: Check = {
  name: "known-project-owners",
  says: "the owner of a project is a team of the file",
  level: "problem",
  find: ({ model, tree }) =>
    model.projects.flatMap(({ owner }, index) =>
      unlessKnown(["projects", index, "owner"], owner, [...tree.teams.keys()], "teams"),
    ),
  examples: {
    good: { text: "projects:\n  ONE: { owner: leads, repositories: { api: {} } }" },
    bad: {
      text: "projects:\n  ONE: { owner: lead, repositories: { api: {} } }",
      found: [
        '2:17  projects.ONE.owner: found "lead"; allowed: makers, leads, hands, guests; did you mean "leads"?',
      ],
    },
  },
};

export const knownEnvironments: Check = {
  name: "known-environments",
  says: "what a repository deploys to, and what a grant lets people deploy to, is an environment of the file",
  level: "problem",
  find: ({ model }) => {
    const known = model.environments.map(({ name }) => name);
    const deployed = model.repositories.flatMap(({ deploys }, index) =>
      deploys.flatMap((name, number) =>
        unlessKnown(["repositories", index, "deploys", number], name, known, "environments"),
      ),
    );
    const granted = model.grants.flatMap(({ can }, index) =>
      can.flatMap((capability, number) => {
        const environment = environmentOf(capability);
        if (environment === undefined || known.includes(environment)) return [];
        const allowed = known.map((name) => `deploy:${name}`);
        return unlessKnown(["grants", index, "can", number], capability, allowed, "environments");
      }),
    );
    return [...deployed, ...granted];
  },
  examples: {
    good: { text: "grants:\n  - { team: makers, can: [deploy:dev], on: ONE }" },
    bad: {
      text: "grants:\n  - { team: makers, can: [deploy:devel], on: ONE }",
      found: [
        '2:27  grants[0].can[0]: found "deploy:devel"; allowed: deploy:dev, deploy:prod; did you mean "deploy:dev"?',
      ],
    },
  },
};

export const knownControl: Check = {
  name: "known-control",
  says: "what steers everything is a repository of the file",
  level: "problem",
  find: ({ model, tree }) =>
    model.control.flatMap((target, index) =>
      unlessKnown(["control", index], target, [...tree.repositories.keys()], "repositories"),
    ),
  examples: {
    good: { text: "control: [TWO/docs]" },
    bad: {
      text: "control: [TWO/dosc]",
      found: [
        '1:11  control[0]: found "TWO/dosc"; allowed: ONE/api, ONE/web, TWO/docs; did you mean "TWO/docs"?',
      ],
    },
  },
};

/** The stack stands for an environment that the file does not have. */
export const stackEnvironment: Check = {
  name: "stack-environment",
  says: "the stack stands for an environment of the file",
  level: "problem",
  find: ({ model, settings }) => {
    const known = model.environments.map(({ name }) => name);
    if (settings === undefined || known.includes(settings.environment)) return [];
    return [
      {
        at: ["environments"],
        part: "key",
        found: `no environment ${shown(settings.environment)}, which the stack stands for`,
        allowed: listed(known),
        fix: 'declare it, or change the setting "environment" of the stack file',
      },
    ];
  },
  examples: {
    good: {
      text: "environments: { dev: { type: test }, prod: { type: production } }",
      settings: { environment: "dev" },
    },
    bad: {
      text: "environments: { dev: { type: test }, prod: { type: production } }",
      settings: { environment: "qa" },
      found: [
        '1:1  environments: found no environment "qa", which the stack stands for; allowed: dev, prod; declare it, or change the setting "environment" of the stack file',
      ],
    },
  },
};

export const knownSubjects: Check = {
  name: "known-subjects",
  says: "a grant is to a team, a person or an agent of the file",
  level: "problem",
  find: ({ model, tree }) => {
    const known = { team: tree.teams, person: tree.people, agent: tree.agents };
    const places = { team: "teams", person: "people", agent: "agents" };
    return model.grants.flatMap(({ subject: { kind, name } }, index) =>
      unlessKnown(["grants", index, "subject"], name, [...known[kind].keys()], places[kind]),
    );
  },
  examples: {
    good: { text: "grants:\n  - { team: makers, can: [read], on: ONE }" },
    bad: {
      text: "grants:\n  - { team: markers, can: [read], on: ONE }",
      found: [
        '2:13  grants[0].team: found "markers"; allowed: makers, leads, hands, guests; did you mean "makers"?',
      ],
    },
  },
};

export const knownTargets: Check = {
  name: "known-targets",
  says: "a grant is on a project or a repository of the file",
  level: "problem",
  find: (context) =>
    context.model.grants.flatMap(({ on }, index) =>
      on.flatMap((target, number) => unknownTarget(["grants", index, "on", number], target, context)),
    ),
  examples: {
    good: { text: "grants:\n  - { team: makers, can: [read], on: ONE/api }" },
    bad: {
      text: "grants:\n  - { team: makers, can: [read], on: ONE/ap }",
      found: ['2:38  grants[0].on: found "ONE/ap"; allowed: ONE/api, ONE/web; did you mean "ONE/api"?'],
    },
  },
};

/** A finding if nothing is declared under a target. */
export function unknownTarget(at: Path, target: string, { model, tree, unresolved }: Context): Finding[] {
  if (unresolved || tree.projects.has(target) || tree.repositories.has(target)) return [];
  const project = target.includes("/") ? target.split("/", 1)[0] : undefined;
  const inProject = project !== undefined && tree.projects.has(project);
  const repositories = model.repositories
    .filter((one) => !inProject || one.project === project)
    .map(targetOf);
  const candidates = inProject ? repositories : [...tree.projects.keys()];
  const withProject = model.repositories.find(({ slug }) => slug === target);
  const meant = withProject
    ? targetOf(withProject)
    : (nearest(target, candidates) ?? nearest(target, repositories));
  return [
    {
      at,
      found: shown(target),
      allowed: inProject
        ? listed(repositories)
        : `${listed(candidates)}, or one of their repositories, as PROJECT/repository`,
      fix: meant === undefined ? 'declare it under "projects"' : `did you mean "${meant}"?`,
    },
  ];
}
