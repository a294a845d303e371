/** What somebody can do in the end, though a rule of the file says that nobody should. */
import { entitlementsOf } from "../rights/entitlements";
import type { Entitlement } from "../model";
import { listed, shown } from "../problem";
import { isComplete, violationsOf } from "../rights/separation";
import { subjectLabel } from "../tree";
import { environmentOf } from "../vocabulary";
import { unlessKnown, type Check, type Context, type Finding } from "./check";
import { unknownTarget } from "./references";

/** Before any grant has ended. */
const beforeAll = new Date(0);

export const separationOfDuties: Check = {
  name: "separation-of-duties",
  says: "nobody can do together what access.yaml keeps apart",
  level: "problem",
  find: ({ model, asOf = beforeAll }) => {
    if (model.separations.length === 0) return [];
    return violationsOf(model, entitlementsOf(model, asOf)).map(({ rule, subject, ways }): Finding => {
      const reason = model.separations[rule]?.reason;
      const about = subjectLabel(subject);
      const all = (rights: readonly string[]) => `${about}, who can do all of it: ${rights.join("; ")}`;
      return {
        at: ["separations", rule],
        about,
        found: all(ways.map(withPath)),
        brief: all(ways.map(rightOf)),
        ...(reason !== undefined && { allowed: `nobody (${reason})` }),
        fix: "take one of them away, or keep what is deployed in a repository of its own",
      };
    });
  },
  examples: {
    good: {
      text: "separation:\n  - { never together: [merge, administer], on: ONE, reason: Four eyes }\ngrants:\n  - { team: leads, can: [merge], on: ONE }\n  - { team: hands, can: [administer], on: TWO }",
    },
    bad: {
      text: "separation:\n  - { never together: [merge, administer], on: ONE, reason: Four eyes }\ngrants:\n  - { team: leads, can: [merge, administer], on: ONE/api }",
      found: [
        "2:5  separation[0]: found person ana, who can do all of it: merge on ONE/api (leads → ONE/api → admin → restrict_merges main); administer on ONE/api (leads → ONE/api → admin); allowed: nobody (Four eyes); take one of them away, or keep what is deployed in a repository of its own",
      ],
    },
  },
};

const rightOf = ({ capability, target }: Entitlement) => `${capability} on ${target}`;

const withPath = (entitlement: Entitlement) => `${rightOf(entitlement)} (${entitlement.path.join(" → ")})`;

export const completeSeparations: Check = {
  name: "complete-separations",
  says: "a rule of separation keeps two capabilities apart at least",
  level: "problem",
  find: ({ model }) =>
    model.separations.flatMap((separation, index) =>
      isComplete(separation)
        ? []
        : [
            {
              at: ["separations", index],
              found: separation.sides.length === 0 ? "an empty list" : "one capability alone",
              allowed: "two capabilities or more",
              fix: "say what it must not come together with, or remove the rule",
            },
          ],
    ),
  examples: {
    good: { text: "separation:\n  - { never together: [merge, administer] }" },
    bad: {
      text: "separation:\n  - { never together: [merge] }",
      found: [
        "2:5  separation[0]: found one capability alone; allowed: two capabilities or more; say what it must not come together with, or remove the rule",
      ],
    },
  },
};

export const knownSeparations: Check = {
  name: "known-separations",
  says: "a rule of separation is about environments, projects and repositories of the file",
  level: "problem",
  find: (context) =>
    context.model.separations.flatMap(({ sides, on = [] }, index) => [
      ...on.flatMap((target, number) => unknownTarget(["separations", index, "on", number], target, context)),
      ...sides.flatMap((side, which) => [
        ...unknownEnvironment(side.can, ["separations", index, "sides", which], context),
        ...(side.on ?? []).flatMap((target, number) =>
          unknownTarget(["separations", index, "sides", which, "on", number], target, context),
        ),
      ]),
    ]),
  examples: {
    good: { text: "separation:\n  - { never together: [merge, deploy:prod], on: TWO }" },
    bad: {
      text: "separation:\n  - { never together: [merge, deploy:prd], on: TOO }",
      found: [
        '2:31  separation[0]."never together"[1]: found "deploy:prd"; allowed: deploy:dev, deploy:prod; did you mean "deploy:prod"?',
        '2:48  separation[0].on: found "TOO"; allowed: ONE, TWO, or one of their repositories, as PROJECT/repository; did you mean "TWO"?',
      ],
    },
  },
};

function unknownEnvironment(capability: string, at: Finding["at"], { model }: Context): Finding[] {
  if (environmentOf(capability as `deploy:${string}`) === undefined) return [];
  return unlessKnown(
    at,
    capability,
    model.environments.map(({ name }) => `deploy:${name}`),
    "environments",
  );
}

export const knownDeployers: Check = {
  name: "known-deployers",
  says: "the deployers of an environment are teams of the file",
  level: "problem",
  find: ({ model, tree }) =>
    model.environments.flatMap(({ deployers = [] }, index) =>
      deployers.flatMap((team, number) =>
        unlessKnown(["environments", index, "deployers", number], team, [...tree.teams.keys()], "teams"),
      ),
    ),
  examples: {
    good: {
      text: "environments: { dev: { type: test }, prod: { type: production, restricted: true, deployers: [hands] } }",
    },
    bad: {
      text: "environments: { dev: { type: test }, prod: { type: production, restricted: true, deployers: [hand] } }",
      found: [
        '1:94  environments.prod.deployers[0]: found "hand"; allowed: makers, leads, hands, guests; did you mean "hands"?',
      ],
    },
  },
};

/** Somebody else can deploy to an environment that names its deployers, granted or by what they may do besides. */
export const onlyDeployers: Check = {
  name: "only-deployers",
  says: "only its deployers can deploy to an environment that names them, by whatever path",
  level: "problem",
  find: ({ model, tree, asOf = beforeAll }) => {
    if (model.environments.every(({ deployers }) => deployers === undefined)) return [];
    const entitlements = entitlementsOf(model, asOf);
    return model.environments.flatMap(({ name, deployers }, index): Finding[] => {
      if (deployers === undefined) return [];
      const named = new Set(deployers.flatMap((team) => tree.withDescendants(team)));
      const others = entitlements.filter(
        ({ subject, capability }) =>
          capability === `deploy:${name}` && !(subject.kind === "team" && named.has(subject.name)),
      );
      const first = new Map(others.map((one) => [subjectLabel(one.subject), one] as const).reverse());
      return [...first].reverse().map(([subject, right]) => ({
        at: ["environments", index, "deployers"],
        found: `${shown(subject)}, who can deploy to ${name} too: ${withPath(right)}`,
        allowed: listed(deployers),
        fix: "take the right away, or name the team here",
      }));
    });
  },
  examples: {
    good: {
      text: "environments: { dev: { type: test }, prod: { type: production, restricted: true, deployers: [hands] } }\ngrants:\n  - { team: hands, can: [deploy:prod], on: ONE }",
    },
    bad: {
      text: "environments: { dev: { type: test }, prod: { type: production, restricted: true, deployers: [hands] } }\ngrants:\n  - { team: guests, can: [administer], on: ONE }",
      found: [
        '1:93  environments.prod.deployers: found "team guests", who can deploy to prod too: deploy:prod on ONE/api (guests → ONE → admin → administrators deploy to prod); allowed: hands; take the right away, or name the team here',
      ],
    },
  },
};
