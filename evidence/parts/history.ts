/** What happened in the period: by the trail, which ties each change to a person. */
import type { Entry, What } from "../../trail/entry";
import type { Facts } from "../facts";
import { membershipsOf } from "../holders";
import { moversOf, personName, type Mover } from "../movers";
import { rowsOf, type Part, type Row } from "../part";

/**
 * Hours are rounded to hundredths. The part is incomplete only where both the trail and the log of `sync` are
 * missing.
 */
export function moversPart(facts: Facts): Part {
  const { trail, log } = facts;
  const missing = [trail, log].flatMap((one) => (one.ok ? [] : [`${one.source}: ${one.cause}`]));
  return {
    name: "movers",
    title: "Joiners, movers, leavers",
    says: "One row is somebody whose teams changed in the period, and how long that took.",
    source: `${trail.source}; ${log.source}`,
    columns: ["who", "what", "teams before", "teams after", "asked at", "asked by", "done at", "hours"],
    rows: moversIn(facts).map(({ who, what, before, after, askedAt, askedBy, doneAt }): Row => [
      who,
      what,
      before.join(" "),
      after.join(" "),
      askedAt,
      askedBy,
      doneAt,
      askedAt === undefined
        ? undefined
        : Math.round((Date.parse(doneAt) - Date.parse(askedAt)) / 36_000) / 100,
    ]),
    notes: [
      "hours from what asked for it until Bitbucket had it; empty where nothing says when it was asked",
    ],
    ...(missing.length === 2 && { missing: missing.join("; ") }),
  };
}

/** Movers between `since` and `asOf`, the oldest first; none where there is neither a trail nor a log. */
export function moversIn(facts: Facts): Mover[] {
  const { trail, log, since, asOf, model } = facts;
  const teams = new Map<string, string[]>();
  for (const { person, team } of membershipsOf(model, facts))
    teams.set(person, [...(teams.get(person) ?? []), team]);
  const entries = trail.ok ? trail.value.entries : [];
  return moversOf({ since, asOf, entries, log: log.ok ? log.value : [], teams });
}

const trailAbout = {
  name: "trail",
  title: "Audit trail",
  says: "One row is one entry of the period: what was changed, when, by whom, why, approved by whom.",
  columns: ["number", "at", "what", "who", "approved by", "why", "changes", "result", "commit", "run"],
};

/** Entries between `since` and `asOf`. A trail with problems makes the part incomplete, and its entries stay in it. */
export function trailPart({ trail, since, asOf }: Facts): Part {
  const part = rowsOf(
    trailAbout,
    trail,
    ({ entries }) => entries.filter((entry) => isWithin(entry, since, asOf)).map(rowOf),
    ({ notes }) => notes,
  );
  if (!trail.ok || trail.value.problems.length === 0) return part;
  return { ...part, missing: `the trail is not whole: ${trail.value.problems.join("; ")}` };
}

function isWithin({ at }: Entry, since: Date, asOf: Date): boolean {
  return Date.parse(at) >= since.getTime() && Date.parse(at) <= asOf.getTime();
}

function rowOf(entry: Entry): Row {
  const { seq, at } = entry;
  switch (entry.act) {
    case "began":
      return [
        seq,
        at,
        `${entry.command} begins`,
        [...(entry.authors.length > 0 ? entry.authors : [entry.operator])].map(personName).join(", "),
        entry.approvers.map(personName).join(", "),
        [...entry.why, ...entry.sources.map(({ subject }) => subject)].join("; "),
        changesIn(entry.what),
        undefined,
        entry.commit,
        entry.run,
      ];
    case "ended":
      return [
        seq,
        at,
        "it ends",
        undefined,
        undefined,
        entry.problem,
        changesIn(entry.what),
        entry.result,
        undefined,
        entry.run,
      ];
    case "event":
      return [
        seq,
        at,
        `${entry.operation} ${entry.resource} in Keycloak`.toLowerCase().replace("keycloak", "Keycloak"),
        personName(entry.by),
        undefined,
        undefined,
        [entry.subject && `${entry.subject.kind} ${entry.subject.name}`, ...entry.names, entry.path]
          .filter(Boolean)
          .join(", "),
        entry.error,
        undefined,
        entry.run,
      ];
    case "sign-in":
      return [
        seq,
        at,
        "a pipeline signs in",
        entry.by && personName(entry.by),
        undefined,
        undefined,
        `${entry.client} from ${entry.pipeline.repository}`,
        entry.error ?? "succeeded",
        undefined,
        undefined,
      ];
    case "update":
      return [
        seq,
        at,
        `the engine's ${entry.kind}, outside of the commands`,
        personName(entry.by),
        undefined,
        entry.message,
        counts(entry.resources),
        entry.result,
        entry.commit,
        undefined,
      ];
    case "note":
      return [seq, at, "note", undefined, undefined, entry.says, undefined, undefined, undefined, undefined];
  }
}

function changesIn(what: What): string {
  return [
    ...(what.rights ?? []).map(
      ({ change, subject, capability, targets }) =>
        `${subject.kind} ${subject.name} ${change} ${capability} on ${targets.join(" ")}`,
    ),
    ...(what.gates ?? []).map(
      ({ what: gate, before = "nothing", after = "nothing" }) => `${gate}: ${before} → ${after}`,
    ),
    ...(what.members ?? []).map(
      ({ change, username, account, group }) =>
        `${username ?? account} ${change === "add" ? "into" : "out of"} ${group}`,
    ),
    ...(what.agents ?? []).map(({ agent, why }) => `agent ${agent} disabled: ${why}`),
    ...(what.rotated ?? []).map(({ name, why }) => `${name} rotated: ${why}`),
    ...(what.taken ?? []).map(({ person, system, what: thing }) => `${person}: ${thing} in ${system}`),
    ...(what.left ?? []).map((one) => `left to do: ${one}`),
    ...(what.mended ?? []).map((one) => `mended: ${one}`),
    ...(what.reminded ?? []).map(
      ({ what: ending, until, owners }) => `${owners.join(", ")} reminded: ${ending} ends on ${until}`,
    ),
  ].join("; ");
}

function counts(resources: Readonly<Record<string, number>>): string {
  return Object.entries(resources)
    .map(([operation, count]) => `${operation} ${count}`)
    .join(", ");
}
