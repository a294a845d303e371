/** One owner is none on the day they leave; the check is the one that `access.yaml` is read with. */
import { tooFewOwners, Tree } from "../../access";
import type { ModelRule } from "../rule";

export const twoOwners: ModelRule = {
  kind: "model",
  name: "two-owners",
  says: "two people at least own the realms and the workspace",
  fix: 'add another under "owners" in access.yaml',
  controls: ["SOC 2 CC6.2", "ISO 27001 A.5.15"],
  level: "mandatory",
  access: true,
  check: (model) =>
    tooFewOwners({ model, tree: new Tree(model) }).map(({ found }) => ({ on: "owners", found })),
  examples: { bad: [["owners: [ana, ben]", "owners: [ana]"]] },
};
