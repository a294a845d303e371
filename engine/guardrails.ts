/**
 * Runs the engine with the guardrails: where the pack lies, what it is told of the program and of the state before, and what it found.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidAccess, type Problem } from "../access";
import { root } from "../toolchain/places";
import type { Engine } from "./engine";
import { EngineError } from "./errors";
import { variable } from "../access/environment";

/** The checkout's own pack, whatever folder the engine runs in: a pull request brings no rules of its own. */
const pack = join(root, "policy");

export interface Finding {
  readonly rule: string;
  /** What it is about. */
  readonly on: string;
  readonly found: string;
  readonly level: "mandatory" | "advisory";
  /** Why it does not stop the run, though its rule would. */
  readonly because?: string;
}

/**
 * @param exported the state before the run: what broke a rule on access then does not hold up a run that does not touch
 *   it
 * @param run is given an engine and the arguments that bring the pack along
 * @returns what it gave, and what the rules warn of
 * @throws InvalidAccess with all that the rules refuse
 */
export async function guarded<Result>(
  engine: Engine,
  exported: string,
  run: (engine: Engine, args: readonly string[]) => Promise<Result>,
): Promise<{ result: Result; warnings: Problem[] }> {
  // In a folder of its own name: only its owner may read it.
  const folder = mkdtempSync(join(tmpdir(), "bitbucket-keycloak-guardrails-"));
  const [before, findings] = [join(folder, "before.json"), join(folder, "findings.jsonl")];
  try {
    writeFileSync(before, exported, { mode: 0o600 });
    const env = {
      ...engine.env,
      [variable.program]: engine.cwd,
      [variable.stateBefore]: before,
      [variable.findings]: findings,
    };
    try {
      const result = await run({ ...engine, env }, ["--policy-pack", pack]);
      return { result, warnings: findingsIn(findings).map(problemOf) };
    } catch (error) {
      const refused = findingsIn(findings).filter(({ level }) => level === "mandatory");
      if (!(error instanceof EngineError) || refused.length === 0) throw error;
      throw new InvalidAccess(refused.map(problemOf));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function findingsIn(file: string): Finding[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Finding);
}

/** What a rule found, as a problem of the files is shown. */
export function problemOf({ rule, on, found, because }: Finding): Problem {
  return {
    file: `rule ${rule}`,
    path: on,
    found,
    fix: because ?? "see docs/guide/guardrails.md for what it wants, and for how to except it",
  };
}
