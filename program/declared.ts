/**
 * What the program declares: the settings of the stack, as the engine hands them over, and the data files beside it.
 * Whatever is wrong is said at once, before the first resource.
 */
import * as pulumi from "@pulumi/pulumi";
import {
  compile,
  InvalidAccess,
  projectName,
  renderProblems,
  type Desired,
  type Model,
  type Settings,
} from "../access";
import { readStack } from "../checkout/stack";

export interface Declared {
  readonly model: Model;
  readonly settings: Settings;
  readonly desired: Desired;
  /** The moment that grants are judged at. */
  readonly asOf: Date;
}

/** @throws pulumi.RunError that lists every problem of the settings and of `access.yaml` */
export function declared(): Declared {
  const { model, settings, asOf, warnings } = read();
  for (const warning of warnings) void pulumi.log.warn(renderProblems([warning]));
  return { model, settings, desired: compile(model, settings, asOf), asOf };
}

function read(): ReturnType<typeof readStack> {
  try {
    const values = valuesOf(new pulumi.Config(projectName));
    return readStack(".", pulumi.getStack(), process.env, { values });
  } catch (error) {
    if (!(error instanceof InvalidAccess)) throw error;
    const { length } = error.problems;
    const count = length === 1 ? "1 problem" : `${length} problems`;
    throw new pulumi.RunError(`${count}; nothing was changed\n${error.message}`);
  }
}

/** The engine hands every setting over as text: maps and switches as JSON, words as they are. */
function valuesOf(config: pulumi.Config): Record<string, unknown> {
  const own = `${projectName}:`;
  const names = Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith(own))
    .map((key) => key.slice(own.length));
  return Object.fromEntries(names.map((name) => [name, valueOf(config.require(name))]));
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
