/** What would make the file shorter and is not the same: each with its price, for people to decide. Never applied. Pure. */
import { compare, sorted } from "../../problem";
import { grouped, projectOf } from "../../tree";
import type { Draft } from "./draft";

export interface Suggestion {
  readonly what: string;
  readonly saves: string;
  /** Who would gain or lose what. */
  readonly price: string;
}

export function suggestionsOf(draft: Draft): Suggestion[] {
  return [...wholeProjects(draft), ...newTeams(draft), ...redundancies(draft)];
}

/** A team that can do the same on most repositories of a project. */
function wholeProjects({ grants, projects }: Draft): Suggestion[] {
  return grants.flatMap(({ kind, name, can, on }): Suggestion[] => {
    if (kind !== "team") return [];
    const below = on.filter((target) => target.includes("/"));
    return [...grouped(below, projectOf)].flatMap(([key, targets]): Suggestion[] => {
      const all =
        projects.find((one) => one.key === key)?.repositories.map(({ slug }) => `${key}/${slug}`) ?? [];
      const others = all.filter((target) => !targets.includes(target));
      if (targets.length < 3 || targets.length * 2 <= all.length) return [];
      return [
        {
          what: `team ${name}: ${can.join(", ")} on project ${key}`,
          saves: `one target instead of ${targets.length}`,
          price:
            others.length === 0
              ? "it would have the same on each repository that is made there"
              : `it would gain that on ${others.join(", ")}, and on each repository that is made there`,
        },
      ];
    });
  });
}

/** People who were given the same directly. */
function newTeams({ grants }: Draft): Suggestion[] {
  const direct = grants
    .filter(({ kind }) => kind === "person")
    .flatMap(({ name, can, on }) => on.map((target) => ({ name, what: `${can.join(", ")} on ${target}` })));
  return [...grouped(direct, ({ what }) => what)]
    .filter(([, people]) => people.length >= 3)
    .sort(([a], [b]) => compare(a, b))
    .map(([what, people]) => ({
      what: `a team of ${sorted(people.map(({ name }) => name)).join(", ")}`,
      saves: `one grant of ${what} instead of ${people.length}, and none that ends`,
      price: "whoever joins the team has it, too",
    }));
}

/** Repositories whose permissions are observed for nothing else than what is said twice. */
function redundancies({ findings }: Draft): Suggestion[] {
  const out = findings.filter(({ becomes }) => becomes === "permissions observed");
  return [...grouped(out, ({ place }) => place)].flatMap(([place, own]): Suggestion[] => {
    if (own.some(({ kind }) => kind !== "entry that its project gives already")) return [];
    return [
      {
        what: `permissions of ${place} owned`,
        saves: `its exception; take away in Bitbucket ${own.length} entries that its project gives already`,
        price: "nobody gains, and nobody loses",
      },
    ];
  });
}
