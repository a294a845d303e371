/** Compares both systems with what the stack was last brought up with. Reads only. */
import { Bitbucket } from "../../providers/bitbucket/api/client";
import { accessFrom } from "../../providers/bitbucket/api/credentials";
import type { Progress } from "../../toolchain/progress";
import { pulumi, type Engine } from "../engine";
import { KeycloakAdmin, keycloakCredentials } from "../keycloak";
import { sync } from "../sync";
import { momentOf, momentVariable, readStack } from "../stack";
import { partsOf, Reader } from "./bitbucket";
import { coverageFile, readLooked, within, writeLooked, type Look } from "./coverage";
import type { Finding } from "./finding";
import { changedFindings, undeclaredFindings, withAuthors } from "./keycloak";
import { placedIn, type Placed } from "./state";

export interface DriftOptions {
  /** How many requests to Bitbucket it may take, about. Default: as many as it takes. */
  readonly budget?: number;
  /** File that remembers each part's last look. Default: `.local/drift/<stack>.json`. */
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
  { budget = Infinity, coverage: file = coverageFile(engine.cwd, stack) }: DriftOptions,
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
  const looked: Record<string, Look> = { ...readLooked(file) };
  const seen = (findings: readonly Finding[]): Look => ({ at: new Date().toISOString(), findings });
  const { inLists, inBitbucket, coverage, names } = await progress.step(
    `looking at workspace ${settings.bitbucket.workspace}`,
    async (note) => {
      const { parts, findings: inLists } = await partsOf({ read, placed, model, settings });
      const findings: Finding[] = [];
      const left = budget - read.requests;
      const taken = within(parts, looked, left);
      for (const [index, part] of taken.entries()) {
        const found = await part.look();
        findings.push(...found);
        looked[part.name] = seen(found);
        note(`${index + 1} of ${taken.length} parts`);
      }
      const times = parts.map(({ name }) => looked[name]?.at);
      const never = times.filter((time) => time === undefined).length;
      const [oldest] = times.filter((time) => time !== undefined).sort();
      const coverage: Coverage = {
        parts: parts.length,
        looked: taken.length,
        never,
        ...(never === 0 && oldest !== undefined && { oldest }),
      };
      return { inLists, inBitbucket: findings, coverage, names: parts.map(({ name }) => name) };
    },
  );

  const members =
    settings.bitbucket.governing && budget === Infinity
      ? await memberFindings(stack, at, progress)
      : undefined;
  const kept = [...names, memberPart].flatMap((name) =>
    looked[name] ? [[name, looked[name]] as const] : [],
  );
  writeLooked(file, {
    ...Object.fromEntries(kept),
    [`realm ${realm}`]: seen(inKeycloak),
    [listPart]: seen(inLists),
    ...(members && { [memberPart]: seen(members) }),
  });
  const findings = [...inKeycloak, ...inLists, ...inBitbucket, ...(members ?? [])];
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

/** Parts that cost no budget of their own: which projects and repositories there are, and who is in the groups. */
const listPart = "projects and repositories";
const memberPart = "members of groups";

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
