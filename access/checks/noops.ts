/**
 * Grants that change nothing. Rights in Bitbucket only add up: what a project or a parent team gives cannot be
 * taken back further down, so a lower grant there is not a limit, though whoever wrote it may think so.
 */
import type { Grant, Subject, Target } from "../model";
import { shown } from "../problem";
import type { Path } from "../file/source";
import { projectOf, subjectLabel, type Tree } from "../tree";
import { compareEnds } from "../until";
import { meaningOf, permissions, type Capability } from "../vocabulary";
import type { Check, Finding } from "./check";

/** One capability of one grant on one target. */
interface Item {
  readonly at: Path;
  readonly grant: number;
  readonly subject: Subject;
  readonly capability: Capability;
  readonly target: Target;
  readonly until: string | undefined;
}

export const effectiveGrants: Check = {
  name: "effective-grants",
  says: "a grant gives something that its project or a team above does not give already",
  level: "problem",
  find: ({ model, tree }) => {
    const items = model.grants.flatMap(itemsOf);
    const byHolder = new Map<string, Item[]>();
    for (const item of items) {
      const place = `${subjectLabel(item.subject)} ${item.target}`;
      byHolder.set(place, [...(byHolder.get(place) ?? []), item]);
    }
    return items.flatMap((item): Finding[] => {
      const wider = outerPlaces(item, tree).flatMap((place) => byHolder.get(place) ?? []);
      const cover = wider.find((other) => covers(other, item, tree));
      if (cover === undefined) return [];
      return [
        {
          at: item.at,
          found: `${shown(item.capability)} on ${item.target}, which ${subjectLabel(item.subject)} has already: ${subjectLabel(cover.subject)} has ${cover.capability} on ${cover.target}`,
          fix: "remove it: rights only add up, and none is taken back further down",
          other: cover.at,
        },
      ];
    });
  },
  examples: {
    good: {
      text: "grants:\n  - { team: makers, can: [read], on: ONE }\n  - { team: leads, can: [trigger], on: ONE }",
    },
    bad: {
      text: "grants:\n  - { team: makers, can: [trigger], on: ONE }\n  - { team: leads, can: [read], on: ONE }",
      found: [
        '3:26  grants[1].can[0]: found "read" on ONE, which team leads has already: team makers has trigger on ONE (see line 2); remove it: rights only add up, and none is taken back further down',
      ],
    },
  },
};

/** The same thing granted twice. */
export const uniqueGrants: Check = {
  name: "unique-grants",
  says: "nothing is granted twice",
  level: "problem",
  find: ({ model }) => {
    const firsts = new Map<string, Item>();
    return model.grants.flatMap(itemsOf).flatMap((item): Finding[] => {
      const { subject, capability, target } = item;
      const key = `${subjectLabel(subject)} ${capability} ${target}`;
      const first = firsts.get(key);
      if (first === undefined) firsts.set(key, item);
      // Within one grant it is a repeated entry of a list.
      if (first === undefined || first.grant === item.grant) return [];
      return [
        {
          at: item.at,
          found: `${shown(capability)} on ${target} for ${subjectLabel(subject)} a second time`,
          fix: "keep one of the two grants",
          other: first.at,
        },
      ];
    });
  },
  examples: {
    good: { text: "grants:\n  - { team: makers, can: [trigger], on: [ONE, TWO] }" },
    bad: {
      text: "grants:\n  - { team: makers, can: [trigger], on: ONE }\n  - { team: makers, can: [trigger], on: [ONE, TWO] }",
      found: [
        '3:27  grants[1].can[0]: found "trigger" on ONE for team makers a second time (see line 2); keep one of the two grants',
      ],
    },
  },
};

/** A rule about approvals that a new commit takes back, where none does. */
export const effectiveMergeRules: Check = {
  name: "effective-merge-rules",
  says: "approvals are only kept where a new commit takes them back",
  level: "problem",
  find: ({ model }) =>
    model.repositories.flatMap(({ branches }, index) =>
      branches.flatMap(({ rules }, number): Finding[] =>
        rules.keepApprovalsOfSameDiff === undefined || rules.resetApprovals !== undefined
          ? []
          : [
              {
                at: ["repositories", index, "branches", number, "keepApprovalsOfSameDiff"],
                found: "approvals that are kept, though no commit takes them back",
                fix: 'add "resetApprovals: true", or remove it',
              },
            ],
      ),
    ),
  examples: {
    good: {
      text: "projects:\n  ONE:\n    owner: leads\n    protected: { main: { resetApprovals: true, keepApprovalsOfSameDiff: true } }\n    repositories: { api: {} }",
    },
    bad: {
      text: "projects:\n  ONE:\n    owner: leads\n    protected: { main: { keepApprovalsOfSameDiff: true } }\n    repositories: { api: {} }",
      found: [
        '4:51  projects.ONE.protected.main.keepApprovalsOfSameDiff: found approvals that are kept, though no commit takes them back; add "resetApprovals: true", or remove it',
      ],
    },
  },
};

function itemsOf({ subject, can, on, until }: Grant, grant: number): Item[] {
  return can.flatMap((capability, number) =>
    on.map((target) => ({ at: ["grants", grant, "can", number], grant, subject, capability, target, until })),
  );
}

/** Where a right would stand that this one adds nothing to: at the project, or with a team above. */
function outerPlaces({ subject, target }: Item, tree: Tree): string[] {
  const above = subject.kind === "team" ? tree.ancestors(subject.name) : [];
  const holders = [subject, ...above.map((name): Subject => ({ kind: "team", name }))];
  const targets = [...new Set([target, projectOf(target)])];
  return holders.flatMap((holder) => targets.map((place) => `${subjectLabel(holder)} ${place}`)).slice(1); // the first is this very place
}

/** The same capability, or a stronger permission; and for as long. Nobody becomes a merger by a permission. */
function covers(outer: Item, inner: Item, tree: Tree): boolean {
  if (compareEnds(inner.until, outer.until) > 0) return false;
  if (outer.capability === inner.capability) return true;
  const [has, wants] = [outer, inner].map(({ capability }) => meaningOf(capability, tree.isRestricted));
  if (has === undefined || wants === undefined || wants.merges) return false;
  return permissions.indexOf(has.permission) > permissions.indexOf(wants.permission);
}
