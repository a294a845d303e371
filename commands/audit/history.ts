/** The runs of the engine on a stack, as entries of the trail: those that no command of this program started, too. */
import { pulumi, type Engine } from "../../engine/engine";
import type { NewEntry } from "../../trail/entry";
import type { Window } from "../../trail/windows";

/** What is looked at of an update; its configuration is not, since it may hold secrets. */
export interface Recorded {
  readonly kind?: string;
  /** ISO 8601. */
  readonly startTime?: string;
  readonly message?: string;
  readonly result?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly resourceChanges?: Readonly<Record<string, number>>;
}

const pageSize = 100;

/** @param since milliseconds since 1970 */
export async function historyOf(stack: string, engine: Engine, since: number): Promise<Recorded[]> {
  const all: Recorded[] = [];
  for (let page = 1; ; page++) {
    const args = ["--page-size", String(pageSize), "--page", String(page), "--full-dates", "--json"];
    const found = JSON.parse(
      await pulumi(engine, ["stack", "history", "--stack", stack, ...args]),
    ) as Recorded[];
    const recent = found.filter(({ startTime = "" }) => Date.parse(startTime) >= since);
    all.push(...recent);
    if (found.length < pageSize || recent.length < found.length) return all;
  }
}

/** The engine says whose commit it ran from, and not who ran it: of a run by hand, that is all there is. */
export function updateOf(
  recorded: Recorded,
  stack: string,
  windows: readonly Window[],
): NewEntry | undefined {
  const {
    kind = "update",
    startTime = "",
    message = "",
    result = "",
    environment = {},
    resourceChanges = {},
  } = recorded;
  const time = Date.parse(startTime);
  if (Number.isNaN(time)) return undefined;
  // Its times have no fractions of a second.
  const run = windows.find(({ from, to }) => time >= from - 1_000 && time <= to)?.run;
  const { "git.author": name, "git.author.email": email, "git.head": commit } = environment;
  return {
    act: "update",
    id: `update ${stack} ${startTime}`,
    at: new Date(time).toISOString(),
    stack,
    ...(run !== undefined && { run }),
    by: { ...(name !== undefined && { name }), ...(email !== undefined && { email }) },
    kind,
    result,
    message,
    ...(commit !== undefined && { commit }),
    resources: resourceChanges,
  };
}
