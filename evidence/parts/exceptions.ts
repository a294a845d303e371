/** What is kept apart, what may break a rule for a while, and the accounts that people cannot do without. */
import { isActive, violationsOf, type Model } from "../../access";
import type { Facts } from "../facts";
import { membershipsOf } from "../holders";
import { rowsOf, type Part, type Row } from "../part";
import { wayOf } from "../rights";

/** Breaches at `asOf`: people by all of their teams, a team itself only where nobody is known to be in it. */
export function separationPart(facts: Facts): Part {
  const { model, entitlements, modelSource } = facts;
  const members = new Map<string, string[]>();
  for (const { person, team } of membershipsOf(model, facts))
    members.set(team, [...(members.get(team) ?? []), person]);
  const violations = violationsOf(model, entitlements, (team) => members.get(team) ?? []);
  return {
    name: "separation",
    title: "Separation of duties",
    says: "One row is a rule that nobody breaks, or somebody who breaks one.",
    source: modelSource,
    columns: ["rule", "reason", "result", "who", "how"],
    rows: model.separations.flatMap((separation, index): Row[] => {
      const rule = separation.sides
        .map(({ can, on }) => (on === undefined ? can : `${can} on ${on.join(", ")}`))
        .join(" and ");
      const where = separation.on === undefined ? "" : `, on ${separation.on.join(", ")}`;
      const found = violations.filter((one) => one.rule === index);
      const head = [`never together: ${rule}${where}`, separation.reason] as const;
      if (found.length === 0) return [[...head, "kept", undefined, undefined]];
      return found.map(({ subject, ways }) => [
        ...head,
        "broken",
        subject.name,
        ways.map((way) => `${way.capability}: ${wayOf(subject.name, way)}`).join("; "),
      ]);
    }),
    ...(model.separations.length === 0 && { notes: ["access.yaml keeps nothing apart"] }),
    ...(facts.modelDoubt !== undefined && { missing: facts.modelDoubt }),
  };
}

/** Also what is granted to a person alone, and what ends: exceptions by their nature. */
export function grantsPart({ model, asOf, modelSource, modelDoubt }: Facts): Part {
  return {
    name: "grants",
    title: "Grants",
    says: "One row is one grant of access.yaml as it was brought up.",
    source: modelSource,
    columns: ["who", "kind", "can", "on", "reason", "until", "state"],
    rows: model.grants.map(({ subject, can, reason, until, ...grant }): Row => [
      subject.name,
      subject.kind,
      can.join(" "),
      writtenTargets(grant).join(" "),
      reason,
      until,
      isActive({ ...(until !== undefined && { until }) }, asOf) ? "active" : "ended",
    ]),
    ...(modelDoubt !== undefined && { missing: modelDoubt }),
  };
}

/** The targets as the file has them: patterns, where there are some. */
export function writtenTargets({
  on,
  patterns = {},
}: Pick<Model["grants"][number], "on" | "patterns">): string[] {
  return [...new Set(on.map((target) => patterns[target] ?? target))];
}

/** Those that have ended stay in the list, as `ended`. */
export function exceptionsPart({ exceptions, asOf }: Facts): Part {
  const about = {
    name: "exceptions",
    title: "Exceptions",
    says: "One row is something that may break a guardrail until a day, and whose decision that was.",
    columns: ["rule", "on", "owner", "reason", "until", "state"],
  };
  return rowsOf(about, exceptions, (list) =>
    list.map(({ rule, on, owner, reason, until }) => [
      rule,
      on,
      owner,
      reason,
      until,
      isActive({ until }, asOf) ? "active" : "ended",
    ]),
  );
}

/** Accounts that stand outside of what this program rotates and takes: each an exception with an owner. */
export function accountsPart({ accounts, model, modelSource }: Facts): Part {
  return {
    name: "accounts",
    title: "Accounts of programs",
    says: "One row is an account that no person signs in with: the program's own, and those of agents in Bitbucket, which hold long-lived tokens.",
    source: `the environment of this run; ${modelSource}`,
    columns: ["account", "system", "may", "owner", "credential ends"],
    rows: [
      ...accounts.map(({ account, system, may, owners, ends }): Row => [
        account,
        system,
        may,
        owners.join(" "),
        ends,
      ]),
      ...model.agents.map(({ name, account, owner, description }): Row => [
        `${name} ${account}`,
        "Bitbucket",
        description === "" ? "what its grants say" : description,
        owner,
        "not known: its owner rotates the API token of the account by hand",
      ]),
    ],
  };
}
