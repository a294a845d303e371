/** A right of one person is an exception: it says why, and it ends. */
import { incompletePersonGrants, Tree } from "../../access";
import type { ModelRule } from "../rule";

export const personGrants: ModelRule = {
  kind: "model",
  name: "person-grants",
  says: "a grant to a person has a reason and an end",
  fix: 'add "reason" and "until", or grant it to a team',
  controls: ["SOC 2 CC6.3", "ISO 27001 A.5.18"],
  level: "mandatory",
  access: true,
  check: (model) =>
    incompletePersonGrants({ model, tree: new Tree(model) }).map(({ at, found }) => {
      const subject = model.grants[Number(at[1])]?.subject;
      return { on: `person ${subject?.name ?? ""}`, found };
    }),
  examples: { bad: [["grants:\n", "grants:\n  - { person: ivo, can: [read], on: SHOP }\n"]] },
};
