/** Grants that say nothing, or may not be said. */
import { shown } from "../problem";
import { environmentOf } from "../vocabulary";
import type { Check, Finding } from "./check";

export const emptyGrants: Check = ({ model }) =>
  model.grants.flatMap(({ can, on }, index) => {
    const empty = (key: "can" | "on", fix: string): Finding => ({
      at: ["grants", index, key],
      found: "an empty list",
      fix,
    });
    return [
      ...(can.length === 0 ? [empty("can", "say what may be done, or remove the grant")] : []),
      ...(on.length === 0 ? [empty("on", "say where, or remove the grant")] : []),
    ];
  });

/** Somebody is to deploy to a place that the target never deploys to. */
export const undeployedEnvironments: Check = ({ model, tree, unresolved }) => {
  if (unresolved) return [];
  const declared = new Set(model.environments.map(({ name }) => name));
  return model.grants.flatMap(({ can, on, patterns = {} }, index) =>
    can.flatMap((capability, number) => {
      const environment = environmentOf(capability);
      if (environment === undefined || !declared.has(environment)) return [];
      const reached = (target: string) =>
        tree.repositoriesOf(target).some(({ deploys }) => deploys.includes(environment));
      return on.flatMap((target): Finding[] => {
        // As for a project: a pattern says nothing about those of its repositories that do not deploy there.
        const pattern = patterns[target];
        if (pattern !== undefined && on.some((other) => patterns[other] === pattern && reached(other)))
          return [];
        const exists = tree.projects.has(target) || tree.repositories.has(target);
        const deploys = [...new Set(tree.repositoriesOf(target).flatMap((repository) => repository.deploys))];
        if (!exists || deploys.includes(environment)) return [];
        return [
          {
            at: ["grants", index, "can", number],
            found: `${shown(capability)}, although ${target} never deploys to ${environment}`,
            allowed: deploys.map((name) => `deploy:${name}`).join(", ") || "no deployment at all",
            fix: `add ${environment} to "deploys" of the repository, or remove it here`,
          },
        ];
      });
    }),
  );
};

/** A right of one person is an exception: it says why, it ends, and Bitbucket has to know whom it is about. */
export const incompletePersonGrants: Check = ({ model, tree }) =>
  model.grants.flatMap(({ subject, reason, until }, index) => {
    if (subject.kind !== "person") return [];
    const person = tree.people.get(subject.name);
    const missing = (key: string, fix: string): Finding => ({
      at: ["grants", index, "subject"],
      found: `a grant to the person ${shown(subject.name)} without "${key}"`,
      fix,
    });
    return [
      ...(reason === undefined ? [missing("reason", 'add "reason", or grant it to a team')] : []),
      ...(until === undefined ? [missing("until", 'add "until", its last day, or grant it to a team')] : []),
      ...(person !== undefined && person.account === undefined
        ? [missing("account", `add "account", the UUID of the Bitbucket account, to people.${subject.name}`)]
        : []),
    ];
  });

/** An agent must never be able to lift the gates that stand before it. */
export const administeringAgents: Check = ({ model, tree }) =>
  model.grants.flatMap(({ subject, can }, index) => {
    if (subject.kind !== "agent") return [];
    return can.flatMap((capability, number): Finding[] => {
      const environment = environmentOf(capability);
      const restricted = environment !== undefined && tree.isRestricted(environment);
      if (capability !== "administer" && !restricted) return [];
      const why = restricted ? `, and who deploys to the restricted ${environment} is administrator` : "";
      return [
        {
          at: ["grants", index, "can", number],
          found: `${shown(capability)} for an agent${why}`,
          allowed: "anything that does not make an agent an administrator",
          fix: restricted ? "let a team deploy there" : "let a team administer it",
        },
      ];
    });
  });

/** A warning: Bitbucket has no finer gate for a restricted environment than its administrators. */
export const deployersWhoAdminister: Check = ({ model, tree }) =>
  model.grants.flatMap(({ subject, can, on }, index) => {
    if (subject.kind === "agent") return [];
    return can.flatMap((capability, number): Finding[] => {
      const environment = environmentOf(capability);
      if (environment === undefined || !tree.isRestricted(environment)) return [];
      return [
        {
          at: ["grants", index, "can", number],
          found: `${shown(capability)}, by which ${subject.kind} ${subject.name} becomes administrator of ${on.join(", ")}`,
          fix: `Bitbucket lets only administrators deploy to a restricted environment: mean it, or keep what deploys to ${environment} in a repository of its own`,
        },
      ];
    });
  });
