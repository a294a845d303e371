/** Grants that say nothing, or may not be said. */
import { shown } from "../problem";
import { subjectLabel } from "../tree";
import { environmentOf } from "../vocabulary";
import type { Check, Finding } from "./check";

export const completeGrants: Check = {
  name: "complete-grants",
  says: "a grant says what may be done, and where",
  level: "problem",
  find: ({ model }) =>
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
    }),
  examples: {
    good: { text: "grants:\n  - { team: makers, can: [read], on: ONE }" },
    bad: {
      text: "grants:\n  - { team: makers, can: [], on: ONE }",
      found: ["2:26  grants[0].can: found an empty list; say what may be done, or remove the grant"],
    },
  },
};

/** Somebody is to deploy to a place that the target never deploys to. */
export const deployedEnvironments: Check = {
  name: "deployed-environments",
  says: "a grant lets people deploy only where something deploys to that environment",
  level: "problem",
  find: ({ model, tree, unresolved }) => {
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
          const deploys = [
            ...new Set(tree.repositoriesOf(target).flatMap((repository) => repository.deploys)),
          ];
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
  },
  examples: {
    good: { text: "grants:\n  - { team: makers, can: [deploy:dev], on: ONE/web }" },
    bad: {
      text: "grants:\n  - { team: makers, can: [deploy:dev], on: TWO }",
      found: [
        '2:27  grants[0].can[0]: found "deploy:dev", although TWO never deploys to dev; allowed: no deployment at all; add dev to "deploys" of the repository, or remove it here',
      ],
    },
  },
};

/** A right of one person is an exception: it says why, it ends, and Bitbucket has to know whom it is about. */
export const personGrants: Check = {
  name: "person-grants",
  says: "a grant to a person has a reason, an end and an account",
  level: "problem",
  find: ({ model, tree }) =>
    model.grants.flatMap(({ subject, reason, until }, index) => {
      if (subject.kind !== "person") return [];
      const person = tree.people.get(subject.name);
      const missing = (key: string, fix: string): Finding => ({
        at: ["grants", index, "subject"],
        about: subjectLabel(subject),
        found: `a grant to the person ${shown(subject.name)} without "${key}"`,
        fix,
      });
      return [
        ...(reason === undefined ? [missing("reason", 'add "reason", or grant it to a team')] : []),
        ...(until === undefined
          ? [missing("until", 'add "until", its last day, or grant it to a team')]
          : []),
        ...(person !== undefined && person.account === undefined
          ? [
              missing(
                "account",
                `add "account", the UUID of the Bitbucket account, to people.${subject.name}`,
              ),
            ]
          : []),
      ];
    }),
  examples: {
    good: { text: "grants:\n  - { person: cem, can: [read], on: ONE, until: 2026-12-31, reason: Audit }" },
    bad: {
      text: "grants:\n  - { person: cem, can: [read], on: ONE, reason: Audit }",
      found: [
        '2:15  grants[0].person: found a grant to the person "cem" without "until"; add "until", its last day, or grant it to a team',
      ],
    },
  },
};

/** An agent must never be able to lift the gates that stand before it. */
export const agentGrants: Check = {
  name: "agent-grants",
  says: "no grant makes an agent an administrator",
  level: "problem",
  find: ({ model, tree }) =>
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
            about: subjectLabel(subject),
            found: `${shown(capability)} for an agent${why}`,
            allowed: "anything that does not make an agent an administrator",
            fix: restricted ? "let a team deploy there" : "let a team administer it",
          },
        ];
      });
    }),
  examples: {
    good: { text: "grants:\n  - { agent: bot, can: [merge], on: TWO }" },
    bad: {
      text: "grants:\n  - { agent: bot, can: [administer], on: TWO }",
      found: [
        '2:25  grants[0].can[0]: found "administer" for an agent; allowed: anything that does not make an agent an administrator; let a team administer it',
      ],
    },
  },
};

/** Bitbucket has no finer gate for a restricted environment than its administrators. */
export const deployersNeverAdminister: Check = {
  name: "deployers-never-administer",
  says: "nobody becomes an administrator only in order to deploy to a restricted environment",
  level: "warning",
  find: ({ model, tree }) =>
    model.grants.flatMap(({ subject, can, on }, index) => {
      if (subject.kind === "agent") return [];
      return can.flatMap((capability, number): Finding[] => {
        const environment = environmentOf(capability);
        if (environment === undefined || !tree.isRestricted(environment)) return [];
        return [
          {
            at: ["grants", index, "can", number],
            found: `${shown(capability)}, by which ${subjectLabel(subject)} becomes administrator of ${on.join(", ")}`,
            fix: `Bitbucket lets only administrators deploy to a restricted environment: mean it, or keep what deploys to ${environment} in a repository of its own`,
          },
        ];
      });
    }),
  examples: {
    good: { text: "grants:\n  - { team: hands, can: [deploy:dev], on: ONE }" },
    bad: {
      text: "grants:\n  - { team: hands, can: [deploy:prod], on: ONE }",
      found: [
        '2:26  grants[0].can[0]: found "deploy:prod", by which team hands becomes administrator of ONE; Bitbucket lets only administrators deploy to a restricted environment: mean it, or keep what deploys to prod in a repository of its own',
      ],
    },
  },
};
