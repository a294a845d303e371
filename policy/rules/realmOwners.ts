/** One owner is none on the day they leave. */
import type { ResourceRule } from "../rule";
import { member, valueOf } from "../values";
import { goodRealm, realmType } from "./realms";

export const realmOwners: ResourceRule = {
  kind: "resource",
  name: "realm-owners",
  says: "two people at least own a realm, and it says who",
  fix: 'name two under "owners" in access.yaml; the realm carries them in its attribute "owners"',
  controls: ["SOC 2 CC6.2", "ISO 27001 A.5.15"],
  level: "mandatory",
  types: [realmType],
  check: (realm) => {
    const owners = member(valueOf(realm, "attributes"), "owners");
    const names = typeof owners === "string" ? owners.split(",").filter((name) => name.trim() !== "") : [];
    return names.length >= 2 ? [] : [names.length === 0 ? "no owner" : "one owner"];
  },
  examples: {
    bad: [
      { type: realmType, inputs: { ...goodRealm, attributes: {} } },
      { type: realmType, inputs: { ...goodRealm, attributes: { owners: "Ana Alvarez <ana@acme.example>" } } },
    ],
    good: [{ type: realmType, inputs: goodRealm }],
  },
};
