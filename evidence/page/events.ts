/** What happened in the period, for the timeline; and which changes of the trail are behind a right. Pure. */
import { endOf, isMoment } from "../../access";
import { runsOf, type Began, type Run } from "../../trail/entry";
import type { Facts } from "../facts";
import { byText } from "../holders";
import { personName } from "../movers";
import { moversIn } from "../parts/history";
import type { Change, Event } from "./data";

/** More than anybody reads; the latest are kept. */
const most = 3_000;

/** Events between `since` and `asOf`, both included, the oldest first; of more than 3,000 the latest. */
export function eventsOf(facts: Facts): Event[] {
  const { since, asOf } = facts;
  const within = ({ at }: Event) => Date.parse(at) >= since.getTime() && Date.parse(at) <= asOf.getTime();
  return [...fromTrail(facts), ...fromMovers(facts), ...fromSecrets(facts), ...ends(facts)]
    .filter(within)
    .sort((a, b) => byText(a.at, b.at))
    .slice(-most);
}

function fromTrail({ trail }: Facts): Event[] {
  if (!trail.ok) return [];
  const { entries } = trail.value;
  const runs = runsOf(entries).flatMap(({ began, ended, what }): Event[] => {
    const result = ended === undefined ? "has not ended" : ended.result === "failed" ? "failed" : undefined;
    const detail = [
      result,
      [...began.why, ...began.sources.map(({ subject }) => subject)].join("; "),
      `by ${authorOf(began)}`,
      approversOf(began),
    ]
      .filter((one) => one !== undefined && one !== "")
      .join("; ");
    const rights = what.rights ?? [];
    const gained = rights.filter(({ change }) => change === "gained").length;
    const lost = rights.filter(({ change }) => change === "lost").length;
    const at = ended?.at ?? began.at;
    if (rights.length > 0)
      return [{ at, lane: "access", title: `${began.command}: ${gained} gained, ${lost} lost`, detail }];
    if (began.command === "rotate")
      return (what.rotated ?? []).map(({ name, why }) => ({
        at,
        lane: "secrets",
        title: `${name} rotated`,
        detail: why,
      }));
    return [];
  });
  const others = entries.flatMap((entry): Event[] => {
    if (entry.act === "event" && entry.run === undefined)
      return [
        {
          at: entry.at,
          lane: "by hand",
          title: `${entry.operation.toLowerCase()} ${entry.resource.toLowerCase().replaceAll("_", " ")} in Keycloak`,
          detail: [
            entry.subject && `${entry.subject.kind} ${entry.subject.name}`,
            ...entry.names,
            `by ${personName(entry.by)}`,
          ]
            .filter(Boolean)
            .join(", "),
        },
      ];
    if (entry.act === "update")
      return [
        {
          at: entry.at,
          lane: "by hand",
          title: `${entry.kind} outside of the commands`,
          detail: `by ${personName(entry.by)}`,
        },
      ];
    return [];
  });
  return [...runs, ...others];
}

function fromMovers(facts: Facts): Event[] {
  const names = new Map(facts.model.people.map(({ username, name }) => [username, name]));
  return moversIn(facts).map(({ who, what, before, after, doneAt }) => ({
    at: doneAt,
    lane: "people",
    title: `${names.get(who) ?? who} ${what}`,
    detail: `${before.join(", ") || "no team"} → ${after.join(", ") || "no team"}`,
  }));
}

function fromSecrets({ ages, trail }: Facts): Event[] {
  if (!ages.ok) return [];
  const told = new Set(
    trail.ok
      ? runsOf(trail.value.entries).flatMap(({ what }) => (what.rotated ?? []).map(({ name }) => name))
      : [],
  );
  return ages.value.ages
    .filter(({ name }) => !told.has(name))
    .map(({ name, kind, rotatedAt }) => ({
      at: rotatedAt,
      lane: "secrets",
      title: `${name} rotated`,
      detail: kind,
    }));
}

/** What ended: with the last second of a day, or at a moment. */
function ends({ model, exceptions }: Facts): Event[] {
  const end = (until: string) =>
    isMoment(until) ? new Date(endOf(until)).toISOString() : `${until}T23:59:59.000Z`;
  return [
    ...model.grants.flatMap(({ subject, can, on, until, reason }): Event[] =>
      until === undefined
        ? []
        : [
            {
              at: end(until),
              lane: "exceptions",
              title: `the grant of ${subject.kind} ${subject.name} ended`,
              detail: [`${can.join(", ")} on ${on.join(", ")}`, reason].filter(Boolean).join("; "),
            },
          ],
    ),
    ...(exceptions.ok ? exceptions.value : []).map(({ rule, on, owner, until, reason }): Event => ({
      at: end(until),
      lane: "exceptions",
      title: `the exception of ${on} from ${rule} ended`,
      detail: `${owner}: ${reason}`,
    })),
  ];
}

/** The latest are kept. */
export function changesOf({ trail }: Facts): Change[] {
  if (!trail.ok) return [];
  return runsOf(trail.value.entries).flatMap(changesIn).slice(-most);
}

function changesIn({ began, ended, what }: Run): Change[] {
  if (ended?.result !== "succeeded") return [];
  const about = {
    at: ended.at,
    by: authorOf(began),
    approvedBy: began.approvers.map(personName).join(", "),
    why: [...began.why, ...began.sources.map(({ subject }) => subject)].join("; "),
  };
  return [
    ...(what.rights ?? []).map(({ change, subject, capability, targets }): Change => ({
      ...about,
      does: `${subject.kind} ${subject.name} ${change} ${capability}`,
      about: `${subject.kind} ${subject.name}`,
      capability,
      targets,
    })),
    ...(what.members ?? []).map(({ change, username, account, group, why }): Change => ({
      ...about,
      does: `${username ?? account} was put ${change === "add" ? "into" : "out of"} ${group}`,
      about: `person ${username ?? account}`,
      why,
    })),
  ];
}

function authorOf({ authors, operator }: Began): string {
  return (authors.length > 0 ? authors : [operator]).map(personName).join(", ");
}

function approversOf({ approvers }: Began): string | undefined {
  return approvers.length === 0 ? undefined : `approved by ${approvers.map(personName).join(", ")}`;
}
