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

export const brokenSeparations: Check = ({ model, asOf = beforeAll }) => {
  if (model.separations.length === 0) return [];
  return violationsOf(model, entitlementsOf(model, asOf)).map(({ rule, subject, ways }): Finding => {
    const reason = model.separations[rule]?.reason;
    return {
      at: ["separations", rule],
      found: `${subjectLabel(subject)}, who can do all of it: ${ways.map(told).join("; ")}`,
      ...(reason !== undefined && { allowed: `nobody (${reason})` }),
      fix: "take one of them away, or keep what is deployed in a repository of its own",
    };
  });
};

function told({ capability, target, path }: Entitlement): string {
  return `${capability} on ${target} (${path.join(" → ")})`;
}

export const incompleteSeparations: Check = ({ model }) =>
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
  );

export const unknownPlacesOfSeparations: Check = (context) =>
  context.model.separations.flatMap(({ sides, on = [] }, index) => [
    ...on.flatMap((target, number) => unknownTarget(["separations", index, "on", number], target, context)),
    ...sides.flatMap((side, which) => [
      ...unknownEnvironment(side.can, ["separations", index, "sides", which], context),
      ...(side.on ?? []).flatMap((target, number) =>
        unknownTarget(["separations", index, "sides", which, "on", number], target, context),
      ),
    ]),
  ]);

function unknownEnvironment(capability: string, at: Finding["at"], { model }: Context): Finding[] {
  if (environmentOf(capability as `deploy:${string}`) === undefined) return [];
  return unlessKnown(
    at,
    capability,
    model.environments.map(({ name }) => `deploy:${name}`),
    "environments",
  );
}

export const unknownDeployers: Check = ({ model, tree }) =>
  model.environments.flatMap(({ deployers = [] }, index) =>
    deployers.flatMap((team, number) =>
      unlessKnown(["environments", index, "deployers", number], team, [...tree.teams.keys()], "teams"),
    ),
  );

/** Somebody else can deploy to an environment that names its deployers, granted or by what they may do besides. */
export const deployersWhoAreNotNamed: Check = ({ model, tree, asOf = beforeAll }) => {
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
    return [...first].reverse().map(([who, way]) => ({
      at: ["environments", index, "deployers"],
      found: `${shown(who)}, who can deploy to ${name} too: ${told(way)}`,
      allowed: listed(deployers),
      fix: "take the right away, or name the team here",
    }));
  });
};
