/**
 * What a command says of a run that stopped half way: the line that each failure comes from, its cause, what stands, and what
 * the next run does.
 */
import { parseUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";
import { placesIn, readSettings, type Problem } from "../../access";
import { textsIn } from "../../checkout/folder";
import { inWords } from "../../engine/engine";
import { EngineError } from "../../engine/errors";
import type { Failed, Halfway, Operation } from "../../engine/events";
import type { Answer } from "./spec";

/** What ran, and where its files are. */
export interface Stopped {
  readonly stack: string;
  /** The folder of Pulumi.yaml. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** What to run again. Example: `npm run deploy -- prod`. */
  readonly command: string;
  /** Whether that command itself looks for what took effect without being recorded. */
  readonly mends: boolean;
}

/** One resource that failed, at the line that it comes from. */
type Failure = Pick<Problem, "file" | "line" | "column" | "path"> & {
  readonly resource: string;
  readonly op: string | undefined;
  readonly causes: readonly string[];
};

/**
 * Answers for work whose run stopped half way.
 *
 * @throws what the work throws, where nothing has changed: then the error says all
 */
export async function orHalfway<Answers>(
  stopped: Stopped,
  work: () => Promise<Answers>,
): Promise<Answers | Answer<1>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof EngineError) || error.halfway === undefined) throw error;
    return answerOf(error.halfway, error.message, stopped);
  }
}

/** @param message what the engine says where no event says why */
export function answerOf(
  halfway: Halfway,
  message: string,
  stopped: Stopped,
): Answer<1> & { readonly notes: readonly string[] } {
  const { stack } = stopped;
  const failures = failuresOf(halfway.failed, stopped);
  const done = Object.keys(halfway.written).length === 0 ? "nothing" : inWords(halfway.written);
  const stands = `stack ${stack} stopped half way; done, and stays: ${done}`;
  const told = [...failures.map(textOf), ...halfway.others];
  const causes = told.length > 0 ? told : [message];
  const isThere = halfway.failed.some((one) => one.causes.some((cause) => / answered 409\b/.test(cause)));
  const next = [
    ...(isThere
      ? [`what is there already and is this stack's own: "npm run recover -- ${stack}" takes it over`]
      : []),
    ...nextOf(halfway, stopped),
  ];
  return {
    json: { stack, verdict: "half way", written: halfway.written, failures, next },
    notes: [`error: ${stands}`, ...causes, ...next],
    code: 1,
  };
}

function failuresOf(failed: readonly Failed[], { stack, cwd, env }: Stopped): Failure[] {
  const texts = textsIn(cwd);
  const placeOf = placesIn(texts, readSettings(texts, stack, env));
  return failed.map(({ op, urn, causes }) => {
    const parsed = parseUrn(urn);
    const place = parsed && placeOf(parsed, causes.join("\n"));
    return { ...(place ?? { file: "", path: "" }), resource: nameOf(urn), op, causes };
  });
}

function textOf({ file, line, column, path, resource, op, causes }: Failure): string {
  const place = [file, line, column].filter((part) => part !== undefined && part !== "").join(":");
  const where = place === "" ? "" : `${place}  ${path}: `;
  const what = op === undefined ? resource : `cannot ${verbs[op] ?? op} ${resource}`;
  return `${where}${what}: ${causes.join("; ")}`;
}

/** What the next run does, and what somebody has to do before. */
function nextOf({ uncertain }: Halfway, { stack, command, mends }: Stopped): string[] {
  const again = `"${command}"`;
  if (uncertain.length === 0)
    return [
      `next: put right what is named, then run ${again} again; it goes on from here, and does what was not begun`,
    ];
  const these = uncertain.map(({ urn }: Operation) => nameOf(urn)).sort();
  const shown = [...these.slice(0, most), ...(these.length > most ? [`${these.length - most} more`] : [])];
  const looks = mends ? `run ${again} again: it` : `run "npm run recover -- ${stack}", which`;
  return [
    `under way when the run stopped, and perhaps done: ${shown.join(", ")}`,
    `next: ${looks} looks for that first${mends ? ", and goes on from here" : `; then ${again} again, which goes on from here`}`,
  ];
}

/** Of a list that a person reads. */
const most = 5;

/** `Group payments in Keycloak` */
function nameOf(urn: string): string {
  const { type, name } = parseUrn(urn) ?? { type: urn, name: "" };
  const system = { keycloak: " in Keycloak", bitbucket: " in Bitbucket" }[type.split(":")[0] ?? ""] ?? "";
  return `${type.slice(type.lastIndexOf(":") + 1)} ${name}${system}`;
}

const verbs: Readonly<Record<string, string>> = {
  update: "change",
  "create-replacement": "replace",
  "delete-replaced": "replace",
};
