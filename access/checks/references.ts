/** Names that nothing is declared under. */
import { nearest } from "../nearest";
import { listed, shown } from "../problem";
import type { Path } from "../file/source";
import { targetOf } from "../tree";
import { environmentOf } from "../vocabulary";
import { unlessKnown, type Check, type Context, type Finding } from "./check";

export const unknownPeople: Check = ({ model, tree }) => {
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
};

export const unknownProjectOwners: Check = ({ model, tree }) =>
  model.projects.flatMap(({ owner }, index) =>
    unlessKnown(["projects", index, "owner"], owner, [...tree.teams.keys()], "teams"),
  );

export const unknownEnvironments: Check = ({ model }) => {
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
};

/** The stack stands for an environment that the file does not have. */
export const unknownStackEnvironment: Check = ({ model, settings }) => {
  const known = model.environments.map(({ name }) => name);
  if (settings === undefined || known.includes(settings.environment)) return [];
  return [
    {
      at: ["environments"],
      part: "key",
      found: `no environment ${shown(settings.environment)}, which the stack stands for`,
      allowed: listed(known),
      fix: 'declare it, or change the dial "environment" of the stack file',
    },
  ];
};

export const unknownSubjects: Check = ({ model, tree }) => {
  const known = { team: tree.teams, person: tree.people, agent: tree.agents };
  const places = { team: "teams", person: "people", agent: "agents" };
  return model.grants.flatMap(({ subject: { kind, name } }, index) =>
    unlessKnown(["grants", index, "subject"], name, [...known[kind].keys()], places[kind]),
  );
};

export const unknownTargets: Check = (context) =>
  context.model.grants.flatMap(({ on }, index) =>
    on.flatMap((target, number) => unknownTarget(["grants", index, "on", number], target, context)),
  );

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
