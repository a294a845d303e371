/** One owner is none on the day they leave. */
import type { Check } from "./check";

export const twoOwners: Check = {
  name: "two-owners",
  says: "two people at least, or as many as limits.owners says, own the realms and the workspace",
  level: "problem",
  find: ({ model }) => {
    const owners = new Set(model.owners);
    const least = model.limits.owners;
    if (owners.size >= least) return [];
    const names = [...owners].join(", ");
    return [
      {
        at: ["owners"],
        found:
          owners.size === 0
            ? "no owner"
            : owners.size === 1
              ? `one owner, ${names}`
              : `${owners.size} owners, ${names}`,
        allowed: `${least === 2 ? "two" : least} people at least`,
        fix: "add another person who can answer for the realms and the workspace",
      },
    ];
  },
  examples: {
    good: { text: "owners: [ana, ben, cem]\nlimits: { owners: 3 }" },
    bad: {
      text: "owners: [ana]",
      found: [
        "1:9  owners: found one owner, ana; allowed: two people at least; add another person who can answer for the realms and the workspace",
      ],
    },
  },
};

export const ownerLimit: Check = {
  name: "owner-limit",
  says: "limits.owners asks for more owners than two, and not for fewer",
  level: "problem",
  find: ({ model }) =>
    model.limits.owners >= 2
      ? []
      : [
          {
            at: ["limits", "owners"],
            found: "one owner as the least",
            allowed: "2 to 100",
            fix: "leave it out: the least is then two",
          },
        ],
  examples: {
    good: { text: "limits: { owners: 2 }" },
    bad: {
      text: "limits: { owners: 1 }",
      found: [
        "1:19  limits.owners: found one owner as the least; allowed: 2 to 100; leave it out: the least is then two",
      ],
    },
  },
};
