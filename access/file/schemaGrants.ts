/** The part of the schema that says who may do what, and what nobody may do all at once. */
import { z } from "zod";
import { nameRules } from "./nameRules";
import { shapes, type Temper } from "./shapes";

const capabilityWords = "read, trigger, merge, administer, deploy:<environment>";
const capabilityPattern = /^(read|trigger|merge|administer|deploy:[a-z][a-z0-9]*(-[a-z0-9]+)*)$/;
const targetWords =
  "a project, as in PAY, a repository, as in PAY/payments-api, or a pattern, as in PAY/payments-*";
const targetsWords = "a project or repository, or a list of them";

function targetsSchema(temper: Temper) {
  const { soft, text, list } = shapes(temper);
  return soft(
    z.union([z.string(targetWords).min(1, targetWords), list(text(targetWords), targetsWords)], targetsWords),
    [],
  );
}

function capabilitySchema(temper: Temper) {
  const { soft } = shapes(temper);
  return soft(
    temper === "strict" ? z.string(capabilityWords).regex(capabilityPattern, capabilityWords) : z.string(),
    "",
  );
}

/** Schema of one entry of `grants`. Strict, it has exactly one of team, person and agent. */
export function grantSchema(temper: Temper) {
  const { text, name, list, map, until } = shapes(temper);
  const grant = map({
    team: name(nameRules.team).optional().describe("Who: a team, and those within it."),
    person: name(nameRules.person)
      .optional()
      .describe("Who: a person. An exception, which needs `reason` and `until`."),
    agent: name(nameRules.agent).optional().describe("Who: an agent."),
    can: list(capabilitySchema(temper), `a list of ${capabilityWords}`).meta({
      description: "What they may do.",
      examples: [["trigger", "deploy:dev"]],
    }),
    on: targetsSchema(temper).meta({
      description: "Where: a project or repository, or a list of them; * stands for any of those declared.",
      examples: ["PAY", ["PAY/payments-api", "SHOP/*"]],
    }),
    until: until()
      .optional()
      .meta({
        description:
          "When the grant ends: its last day (UTC), or a moment with its time zone. Default: it does not end.",
        examples: ["2026-12-31", "2026-12-31T18:00+01:00", "2026-12-31 18:00 Europe/Berlin"],
      }),
    reason: text("why, in a sentence").optional().describe("Why. It is shown wherever the right is."),
  }).meta({
    description: "Somebody may do something somewhere.",
    oneOf: [{ required: ["team"] }, { required: ["person"] }, { required: ["agent"] }],
    examples: [{ team: "payments", can: ["trigger"], on: "PAY" }],
  });
  return temper === "strict" ? grant.check(hasOneSubject) : grant;
}

/** What nobody may be able to do all at once. */
export function separationSchema(temper: Temper) {
  const { soft, text, list, map } = shapes(temper);
  const words =
    "two capabilities or more, as in [merge, deploy:prod], or { can: deploy:prod, on: PAY/deploy }";
  const side = soft(
    z.union(
      [
        // The forgiving capability would take a map for an empty word.
        temper === "strict" ? capabilitySchema(temper) : z.string(),
        map(
          { can: capabilitySchema(temper), on: targetsSchema(temper) },
          "{ can: deploy:prod, on: PAY/deploy }",
        ),
      ],
      `${capabilityWords}, or with a place, as in { can: deploy:prod, on: PAY/deploy }`,
    ),
    "",
  );
  return map({
    "never together": list(side, words).meta({
      description:
        "Capabilities, granted or implied, that no one person, team or agent may hold. Those without a place of their own are meant on one and the same repository.",
      examples: [
        ["merge", "deploy:prod"],
        [
          { can: "merge", on: "PAY/payments-api" },
          { can: "deploy:prod", on: "PAY/payments-deploy" },
        ],
      ],
    }),
    on: targetsSchema(temper)
      .optional()
      .describe("Where the capabilities without a place are looked for. Default: on every repository."),
    reason: text("why, in a sentence").optional().describe("Why. It is shown to whoever breaks the rule."),
  });
}

const subjectKinds = ["team", "person", "agent"] as const;

type Subjects = { readonly [K in (typeof subjectKinds)[number]]?: string | undefined };

function hasOneSubject(payload: z.core.ParsePayload<Subjects>): void {
  const given = subjectKinds.filter((kind) => payload.value[kind] !== undefined);
  if (given.length === 1) return;
  payload.issues.push({
    code: "custom",
    path: [given[1] ?? "team"],
    input: payload.value,
    message: "exactly one of team, person, agent",
    params:
      given.length === 0
        ? { found: "nobody who is granted this", fix: 'add one, as in "team: payments"' }
        : { found: `${given.join(" and ")} in one grant`, fix: "write a grant for each" },
  });
}
