/**
 * The trail as an auditor asks it: who gave whom what, when, why, and who approved of it. One fact for each right, member
 * or secret; what Keycloak's log tells of a run is counted with it, and what it tells of no run was done by hand.
 */
import { untilText } from "../access";
import type { AdminEvent, Entry, Person, Run, What } from "./entry";
import { runsOf } from "./entry";
import { countsText, factsOfOther } from "./otherFacts";
import { type Fact } from "./fact";

/** In the order in which things happened. */
export function factsOf(entries: readonly Entry[]): Fact[] {
  const runs = runsOf(entries);
  const events = entries.filter((entry) => entry.act === "event");
  const counts = new Map<string, number>();
  for (const { run } of events) if (run !== undefined) counts.set(run, (counts.get(run) ?? 0) + 1);
  const facts = [
    ...runs.flatMap((run) =>
      factsOfRun(run, counts.get(run.began.run), (name, group, at) =>
        placedBy(name, group, at, events, runs),
      ),
    ),
    ...entries.flatMap(factsOfOther),
  ];
  return facts.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

type Told = Pick<Fact, "change" | "receivers" | "what" | "targets"> & Partial<Fact>;

/** Who put somebody into a team of Keycloak's, or took them out, before a moment. */
type Placing = (username: string, group: string, at: string) => readonly Person[];

function factsOfRun({ began, ended, what }: Run, events: number | undefined, placing: Placing): Fact[] {
  const {
    at,
    stack,
    command: how,
    run,
    authors,
    approvers,
    operator,
    approval,
    why,
    commit,
    sources,
    pipeline,
  } = began;
  const common: Omit<Fact, keyof Pick<Fact, "change" | "receivers" | "what" | "targets">> = {
    at,
    stack,
    how,
    run,
    givers: authors.length > 0 ? authors : [operator],
    operator,
    approvers,
    ...(approval !== undefined && { approval }),
    why,
    result: ended?.result ?? "not ended",
    ...(ended?.problem !== undefined && { problem: ended.problem }),
    ...(commit !== undefined && { commit }),
    pullRequests: sources.flatMap(({ pullRequest }) => {
      if (pullRequest === undefined) return [];
      const { repository, id, title } = pullRequest;
      return [{ repository, id, title }];
    }),
    ...(pipeline && { pipeline }),
    ...(events !== undefined && { events }),
  };
  const told = toldOf(what, at, placing);
  const none: Told = { change: "changed", receivers: [], what: resourcesText(what), targets: [] };
  return (told.length > 0 ? told : [none]).map((one) => ({ ...common, ...one }));
}

function toldOf(what: What, at: string, placing: Placing): Told[] {
  return [
    ...(what.rights ?? []).map(
      ({ change, subject, people, more, capability, targets, path, reason, until, before, kind }): Told => {
        const terms =
          before === undefined
            ? ""
            : ` (was ${before}, is ${kind}${until === undefined ? "" : ` until ${until}`})`;
        return {
          change,
          receivers: [...people, ...(more ? ["others whom Keycloak keeps"] : [])],
          ...(subject.kind !== "person" && { by: `${subject.kind} ${subject.name}` }),
          what: `${capability}${terms}`,
          targets,
          path,
          ...(reason !== undefined && { reason }),
          ...(until !== undefined && { until }),
        };
      },
    ),
    ...(what.gates ?? []).map(({ what: gate, before = "nothing", after = "nothing", weaker }): Told => ({
      change: "changed",
      receivers: [],
      what: `${gate}: ${before} → ${after}${weaker ? " (weaker)" : ""}`,
      targets: [],
    })),
    ...(what.members ?? []).map(({ change, group, account, username, why }): Told => {
      const placed = username === undefined ? [] : placing(username, group, at);
      return {
        change: change === "add" ? "gained" : "lost",
        receivers: [username ?? account],
        what: "membership in Bitbucket's group",
        targets: [group],
        why: [why],
        ...(placed.length > 0 && { givers: placed }),
      };
    }),
    ...(what.agents ?? []).map(({ agent, owner, why }): Told => ({
      change: "taken",
      receivers: [owner],
      by: `agent ${agent}`,
      what: "the agent is disabled",
      targets: [],
      why: [why],
    })),
    ...(what.invited ?? []).map((person): Told => ({
      change: "changed",
      receivers: [person],
      what: "invited to the workspace",
      targets: [],
    })),
    ...(what.rotated ?? []).map(({ name, why }): Told => ({
      change: "rotated",
      receivers: [],
      what: "rotated",
      targets: [name],
      why: [why],
    })),
    ...(what.taken ?? []).map(({ person, system, what: taken, ok, found }): Told => ({
      change: "taken",
      receivers: [person],
      what: `${system}: ${taken}${ok ? "" : `: ${found}`}`,
      targets: [],
      ...(!ok && { result: "failed" as const }),
    })),
    ...(what.reminded ?? []).map(({ what: ending, until, owners }): Told => ({
      change: "reminded",
      receivers: owners,
      what: `${ending} ends ${untilText(until)}`,
      targets: [],
    })),
    ...(what.mended ?? []).map((mended): Told => ({
      change: "mended",
      receivers: [],
      what: mended,
      targets: [],
    })),
  ];
}

function placedBy(
  username: string,
  group: string,
  at: string,
  events: readonly AdminEvent[],
  runs: readonly Run[],
): readonly Person[] {
  const about = events.filter(
    (event) =>
      event.resource === "GROUP_MEMBERSHIP" &&
      event.subject?.name === username &&
      event.names.some((name) => name === group || name.endsWith(`/${group}`)) &&
      event.at <= at,
  );
  const last = about.sort((a, b) => (a.at < b.at ? -1 : 1)).at(-1);
  if (last === undefined) return [];
  const run = runs.find(({ began }) => began.run === last.run)?.began;
  if (run === undefined) return [last.by];
  return run.authors.length > 0 ? run.authors : [run.operator];
}

function resourcesText({ resources = {}, left = [] }: What): string {
  return [countsText(resources), ...left.map((one) => `left to do: ${one}`)].join("; ");
}
