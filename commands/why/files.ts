/** Answers by the files of the checkout and its history alone. */
import { accessFile, dayOf, type Members, type Model } from "../../access";
import { localStack } from "../../access/environment";
import { Positions } from "../../access/file/positions";
import { answerTo, questionOf, type Answer, type Setting } from "../../access/why";
import { originsOf } from "../../checkout/blame";
import { readStack, settingsOfStacks } from "../../checkout/stack";
import type { Origins } from "./since";

export interface Asked {
  readonly stack: string;
  readonly setting: Setting;
  readonly answer: Answer;
  readonly origins: Origins | undefined;
}

/** What Keycloak says. */
export interface Elsewhere {
  /** Who is in the teams whose people it keeps; undefined where nobody knows. */
  readonly members?: Members;
  /** Whom it knows by the first word. */
  readonly realm?: Parameters<typeof questionOf>[2];
}

/** So long a grant to a person is proposed for: a week. */
const proposedDays = 7;

/**
 * @param given the stack whose settings count. Default: {@link usualStack}
 * @param elsewhere what Keycloak says. Default: nobody asked
 * @throws InvalidAccess for what is wrong in the files, Error for a name that nobody has
 */
export async function askFiles(
  folder: string,
  words: readonly string[],
  given: string | undefined,
  env: NodeJS.ProcessEnv,
  elsewhere: Elsewhere = {},
): Promise<Asked> {
  const { members = () => undefined, realm = [] } = elsewhere;
  const stack = given ?? usualStack(folder, env);
  const { model, settings, asOf, places } = readStack(folder, stack, env);
  const positions = places?.access ?? new Positions(accessFile);
  const setting: Setting = {
    model,
    settings,
    exceptions: [],
    asOf,
    members: membersOf(model, members),
    positions,
  };
  const until = dayOf(new Date(asOf.getTime() + proposedDays * 86_400_000));
  const answer = answerTo(questionOf(words, model, realm), setting, { until, reason: "why, in a sentence" });
  return { stack, setting, answer, origins: await originsOf(folder, accessFile, linesOf(answer)) };
}

/** The one that governs the workspace, and not that of this machine where there is another. */
export function usualStack(folder: string, env: NodeJS.ProcessEnv): string {
  const all = [...settingsOfStacks(folder, env)];
  const governing = all.filter(([, { bitbucket }]) => bitbucket.governing).map(([name]) => name);
  const stack = governing.find((name) => name !== localStack) ?? governing[0] ?? all[0]?.[0];
  if (stack === undefined) throw new Error("found no stack file that can be read; name one: --stack <stack>");
  return stack;
}

function membersOf(model: Model, others: Members): Members {
  const declared = new Map(model.teams.map(({ name, members }) => [name, members]));
  return (team) => declared.get(team) ?? others(team);
}

function linesOf({ cells, holders }: Answer): number[] {
  const reasons = [...cells.flatMap((one) => one.reasons), ...holders];
  return reasons.flatMap(({ links }) => links.flatMap(({ lines }) => lines));
}
