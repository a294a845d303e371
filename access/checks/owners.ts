/** One owner is none on the day they leave. */
import type { Check } from "./check";

export const tooFewOwners: Check = ({ model }) => {
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
};

/** A file may ask for more owners than two, and not for fewer. */
export const tooLowLimits: Check = ({ model }) =>
  model.limits.owners >= 2
    ? []
    : [
        {
          at: ["limits", "owners"],
          found: "one owner as the least",
          allowed: "2 to 100",
          fix: "leave it out: two is what holds then",
        },
      ];
