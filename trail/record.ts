/**
 * Runs what changes something, and keeps in the audit trail what it set out to do, by whom, why and with whose approval,
 * and how it ended. The first is written before anything happens: what is not in the trail is not done, unless it ends a
 * danger.
 */
import { jsonText, say } from "@bitbucket-keycloak/output";
import { randomUUID } from "node:crypto";
import type { Model } from "../access";
import type { Began, NewEntry, Person, Source, What } from "./entry";
import { keycloakAccountOf, operatorOf, pipelineOf } from "./operator";
import { Directory, distinct } from "./people";
import { writingFolder } from "./place";
import { redacted } from "./redact";
import { append, writerOptions } from "./writer";
import { localStack, variable } from "../access/environment";

/** Where a command runs. */
export interface Scene {
  readonly stack: string;
  readonly env: NodeJS.ProcessEnv;
  /** The folder of Pulumi.yaml. */
  readonly cwd: string;
  /** Undefined where `access.yaml` cannot be read. */
  readonly model?: Pick<Model, "people">;
  /** Knows whose account is whose. Default: what the model says. */
  readonly directory?: Directory;
}

export interface Intent {
  readonly command: Began["command"];
  readonly why: readonly string[];
  readonly what: What;
  readonly sources?: readonly Source[];
  readonly commit?: string | undefined;
  /** Besides those of the pull requests. */
  readonly approvers?: readonly Person[];
  /** In words. */
  readonly approval?: string | undefined;
  /** Whether it is done even where the trail cannot be written: it ends a danger. Default false. */
  readonly urgent?: boolean;
}

/** How a run ended. */
export interface Outcome {
  readonly what: What;
  /** What was not done. */
  readonly problem?: string | undefined;
}

/**
 * @param outcomeOf what of the result the trail keeps
 * @throws what the work throws, after that was kept; where the trail cannot be written, why, before anything is done
 */
export async function recorded<T>(
  scene: Scene,
  intent: Intent,
  work: () => Promise<T>,
  outcomeOf: (result: T) => Outcome,
): Promise<T> {
  const run = randomUUID();
  await keep(scene, intent, await beginningOf(scene, intent, run));
  const ended = (outcome: Outcome) => keep(scene, { ...intent, urgent: true }, endOf(scene, run, outcome));
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await ended({ what: {}, problem: error instanceof Error ? error.message : String(error) });
    throw error;
  }
  await ended(outcomeOf(result));
  return result;
}

async function beginningOf(scene: Scene, intent: Intent, run: string): Promise<NewEntry> {
  const { stack, cwd, env, model, directory = new Directory(model) } = scene;
  const known = async (people: readonly Person[]): Promise<Person[]> =>
    distinct(await Promise.all(people.map((person) => directory.known(person))));
  const sources = await Promise.all(
    (intent.sources ?? []).map(async (source): Promise<Source> => {
      const { author, pullRequest } = source;
      return {
        ...source,
        author: await directory.known(author),
        ...(pullRequest && {
          pullRequest: {
            ...pullRequest,
            author: await directory.known(pullRequest.author),
            approvedBy: await known(pullRequest.approvedBy),
          },
        }),
      };
    }),
  );
  const [operator = {}] = await known([await operatorOf(cwd, env)]);
  const pipeline = pipelineOf(env);
  const account = keycloakAccountOf(env);
  const isEdited = intent.commit?.endsWith("+") === true;
  return {
    act: "began",
    id: `${run} began`,
    at: new Date().toISOString(),
    stack,
    run,
    command: intent.command,
    // What is in no commit yet was written by whoever runs the command, as far as anybody can tell.
    authors: distinct([...sources.map(({ author }) => author), ...(isEdited ? [operator] : [])]),
    approvers: distinct([
      ...(await known(intent.approvers ?? [])),
      ...sources.flatMap(({ pullRequest }) => pullRequest?.approvedBy ?? []),
    ]),
    operator,
    why: [...intent.why],
    ...(intent.approval !== undefined && { approval: intent.approval }),
    ...(intent.commit !== undefined && { commit: intent.commit }),
    sources,
    ...(pipeline && { pipeline }),
    ...(account !== undefined && { keycloakAccount: account }),
    what: intent.what,
  };
}

function endOf({ stack }: Scene, run: string, { what, problem }: Outcome): NewEntry {
  return {
    act: "ended",
    id: `${run} ended`,
    at: new Date().toISOString(),
    stack,
    run,
    result: problem === undefined ? "succeeded" : "failed",
    ...(problem !== undefined && { problem }),
    what,
  };
}

async function keep({ stack, env, cwd }: Scene, { urgent }: Intent, entry: NewEntry): Promise<void> {
  try {
    const folder = writingFolder(env, cwd);
    const options = writerOptions(env, stack);
    if (options.key === undefined && stack !== localStack && entry.act === "began")
      say(
        `audit trail ${folder}: not signed, so whoever may write it can make it up; set ${variable.auditKey} (docs/guide/audit.md)`,
      );
    await append(folder, [redacted(entry, env)], options);
  } catch (error) {
    const why = `the audit trail cannot be written: ${error instanceof Error ? error.message : String(error)}`;
    if (urgent !== true) throw new Error(`${why}; nothing was changed`, { cause: error });
    say(`warning: ${why}; this is in no trail: ${jsonText(redacted(entry, env))}`);
  }
}
