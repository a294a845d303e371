/** A team that nobody answers for is one that nobody leaves. */
import type { ResourceRule } from "../rule";
import { isAbsent, member, valueOf } from "../values";

const groupType = "keycloak:index/group:Group";
const good = { realmId: "acme", name: "payments", attributes: { owner: "chen" } };

export const teamOwners: ResourceRule = {
  kind: "resource",
  name: "team-owners",
  says: "each group has an owner",
  fix: 'name the "owner" of the team in access.yaml; the group carries it in its attribute "owner"',
  controls: ["SOC 2 CC6.2", "ISO 27001 A.5.18"],
  level: "mandatory",
  access: true,
  types: [groupType],
  check: (group) => {
    const attributes = valueOf(group, "attributes");
    if (attributes === undefined && !isAbsent(group, "attributes")) return [];
    const owner = member(attributes, "owner");
    return typeof owner === "string" && owner.trim() !== "" ? [] : ["no owner"];
  },
  examples: {
    bad: [
      { type: groupType, inputs: { ...good, attributes: {} } },
      { type: groupType, inputs: { ...good, attributes: { owner: " " } } },
    ],
    good: [{ type: groupType, inputs: good }],
  },
};
