/** One owner is none on the day they leave. */
import type { Check } from "./check";

export const tooFewOwners: Check = ({ model }) => {
  const owners = new Set(model.owners);
  if (owners.size >= 2) return [];
  return [
    {
      at: ["owners"],
      found: owners.size === 0 ? "no owner" : `one owner, ${[...owners].join()}`,
      allowed: "two people at least",
      fix: "add another person who can answer for the realms and the workspace",
    },
  ];
};
