/** Answers by the files of the checkout and its history alone. */
import { accessFile, dayOf, type Members } from "../../access";
import { localStack } from "../../access/environment";
import { answerTo, questionOf, type Answer, type Setting } from "../../access/why";
import { originsOf } from "../../checkout/blame";
import { settingsOfStacks } from "../../checkout/stack";
import { settingOf } from "./setting";
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
  const { members, realm = [] } = elsewhere;
  const stack = given ?? usualStack(folder, env);
  const setting = settingOf(folder, stack, env, members && { members });
  const { model, asOf } = setting;
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

function linesOf({ cells, holders }: Answer): number[] {
  const reasons = [...cells.flatMap((one) => one.reasons), ...holders];
  return reasons.flatMap(({ links }) => links.flatMap(({ lines }) => lines));
}
