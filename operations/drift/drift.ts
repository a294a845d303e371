/** Compares both systems with what the stack was last brought up with. Reads only. */
import { join } from "node:path";
import { Bitbucket } from "../../providers/bitbucket/api/client";
import { accessFrom } from "../../providers/bitbucket/api/credentials";
import type { Progress } from "../../toolchain/progress";
import { pulumi, type Engine } from "../engine";
import { KeycloakAdmin, keycloakCredentials } from "../keycloak";
import { sync } from "../sync";
import { momentOf, momentVariable, readStack } from "../stack";
import { partsOf, Reader } from "./bitbucket";
import { readLooked, within, writeLooked } from "./coverage";
import type { Finding } from "./finding";
import { changedFindings, undeclaredFindings, withAuthors } from "./keycloak";
import { placedIn, type Placed } from "./state";

export interface DriftOptions {
  /** How many requests to Bitbucket it may take, about. Default: as many as it takes. */
  readonly budget?: number;
  /** File that remembers which part was looked at when. Default: `.local/drift/<stack>.json`. */
  readonly coverage?: string;
}

export interface Coverage {
  /** Parts of the workspace: itself, each project, each repository. */
  readonly parts: number;
  /** How many of them this run looked at. */
  readonly looked: number;
  /** Those that no run has looked at yet. */
  readonly never: number;
  /** When the part that was looked at longest ago was, ISO 8601; absent while there are some that never were. */
  readonly oldest?: string;
}

export interface DriftReport {
  readonly stack: string;
  /** When it was looked at, ISO 8601. */
  readonly at: string;
  readonly verdict: "as declared" | "drift";
  readonly findings: readonly Finding[];
  /** To Bitbucket. */
  readonly requests: number;
  readonly coverage: Coverage;
  /** What this check does not look at. */
  readonly notExamined: readonly string[];
}

export async function driftOf(
  stack: string,
  { started, ...engine }: Engine,
  { budget = Infinity, coverage: file = join(engine.cwd, ".local", "drift", `${stack}.json`) }: DriftOptions,
  progress: Progress,
): Promise<DriftReport> {
  const { model, settings } = await readStack(engine.cwd, stack, engine.env);
  const asOf = momentOf(settings, engine.env);
  const env: NodeJS.ProcessEnv = { ...engine.env, [momentVariable]: asOf.toISOString() };
  const at: Engine = { ...engine, env, ...(started && { started }) };
  const placed = placedIn(await pulumi(at, ["stack", "export", "--stack", stack]));
  if (placed.length === 0)
    throw new Error(
      `stack ${stack} was never brought up, so nothing is declared: run "npm run deploy -- ${stack}" first`,
    );
  const { url, realm } = settings.keycloak;
  const admin = (name: string) => new KeycloakAdmin(url, name, keycloakCredentials(env), env.KEYCLOAK_REALM);

  const inKeycloak = await progress.step(`looking at realm ${realm}`, () =>
    realmFindings(at, stack, placed, admin(realm), realm, admin(env.KEYCLOAK_REALM ?? "master")),
  );

  const life = new AbortController();
  const read = new Reader(
    new Bitbucket(settings.bitbucket.url, accessFrom(env), life.signal).session(life.signal),
    settings.bitbucket.workspace,
  );
  const looked: Record<string, string> = { ...readLooked(file) };
  const { inBitbucket, coverage } = await progress.step(
    `looking at workspace ${settings.bitbucket.workspace}`,
    async (note) => {
      const { parts, findings } = await partsOf({ read, placed, model, settings });
      const left = budget - read.requests;
      const taken = within(parts, looked, left);
      for (const [index, part] of taken.entries()) {
        findings.push(...(await part.look()));
        looked[part.name] = new Date().toISOString();
        note(`${index + 1} of ${taken.length} parts`);
      }
      const times = parts.map(({ name }) => looked[name]);
      const never = times.filter((time) => time === undefined).length;
      const [oldest] = times.filter((time) => time !== undefined).sort();
      const coverage: Coverage = {
        parts: parts.length,
        looked: taken.length,
        never,
        ...(never === 0 && oldest !== undefined && { oldest }),
      };
      const kept = Object.fromEntries(
        parts.flatMap(({ name }) => (looked[name] === undefined ? [] : [[name, looked[name]]])),
      );
      writeLooked(file, kept);
      return { inBitbucket: findings, coverage };
    },
  );

  const members =
    settings.bitbucket.governing && budget === Infinity ? await memberFindings(stack, at, progress) : [];
  const findings = [...inKeycloak, ...inBitbucket, ...members];
  return {
    stack,
    at: new Date().toISOString(),
    verdict: findings.length === 0 ? "as declared" : "drift",
    findings,
    requests: read.requests,
    coverage,
    notExamined: notExamined(settings.bitbucket.governing, budget),
  };
}

async function realmFindings(
  at: Engine,
  stack: string,
  placed: readonly Placed[],
  admin: KeycloakAdmin,
  realm: string,
  home: KeycloakAdmin,
): Promise<Finding[]> {
  if ((await admin.get("")) === undefined)
    return [{ system: "keycloak", kind: "realm", target: realm, declared: "there" }];
  const changed = await changedFindings(at, stack, placed);
  return withAuthors([...changed, ...(await undeclaredFindings(admin, realm, placed))], admin, home);
}

/** Who is in Bitbucket's groups and not in Keycloak's, or the other way round. */
async function memberFindings(stack: string, { cwd, env }: Engine, progress: Progress): Promise<Finding[]> {
  const { membership } = await sync(stack, env, {}, cwd, progress);
  const finding = (group: string, who: string, more: Partial<Finding>): Finding => ({
    system: "bitbucket",
    kind: "member",
    target: `group ${group}: ${who}`,
    ...more,
  });
  return membership.changes.flatMap(({ group, add, remove }) => [
    ...add.map(({ username, name, account }) =>
      finding(group, username ?? name ?? account, { declared: "member" }),
    ),
    ...remove.map(({ username, name, account }) =>
      finding(group, username ?? name ?? account, { found: "member" }),
    ),
  ]);
}

function notExamined(governing: boolean, budget: number): string[] {
  return [
    "values of secured variables and secrets of clients, which neither system shows",
    "what no API of Bitbucket shows (docs/limits.md)",
    ...(governing ? [] : ["what is not per environment: the governing stack looks at that"]),
    ...(governing && budget !== Infinity ? ["who is in Bitbucket's groups: npm run sync looks at that"] : []),
  ];
}
