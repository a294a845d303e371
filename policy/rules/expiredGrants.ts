/** An expired grant compiles to nothing, and still stands there to be believed. */
import { isActive, subjectLabel, untilText } from "../../access";
import type { ModelRule } from "../rule";

export const expiredGrants: ModelRule = {
  kind: "model",
  name: "expired-grants",
  says: "no grant in access.yaml has ended",
  fix: "remove it; it gives nothing any more, and the next run takes away what it gave",
  controls: ["SOC 2 CC6.3", "ISO 27001 A.5.18"],
  level: "advisory",
  access: true,
  check: (model, { asOf }) =>
    model.grants
      .filter((grant) => !isActive(grant, asOf))
      .map(({ subject, on, until = "" }) => ({
        on: subjectLabel(subject),
        found: `a grant to ${subjectLabel(subject)} on ${on.join(", ")} that ended ${untilText(until)}`,
      })),
  examples: {
    bad: [
      [
        "grants:\n",
        "grants:\n  - { team: support, can: [trigger], on: SHOP/shop-web, until: 2020-01-31, reason: R }\n",
      ],
    ],
  },
};
