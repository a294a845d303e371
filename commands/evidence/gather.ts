/** Asks for everything that evidence is made of. What does not answer is noted with its cause; nothing is changed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { resourcesIn, stackOutput } from "@bitbucket-keycloak/pulumi-plugin/state";
import {
  decodeBaseline,
  isSameModel,
  entitlementsOf,
  exceptionsFile,
  readExceptions,
  renderProblems,
  outputNames,
  type Exception,
  type Model,
  type Settings,
} from "../../access";
import { textsIn } from "../../checkout/folder";
import { withMoment } from "../../checkout/moment";
import { contextOf } from "../../policy/context";
import type { Evaluated } from "../../policy/evaluate";
import { ruleNames } from "../../policy/rules";
import { evaluateRun } from "../../policy/run";
import { root } from "../../toolchain/places";
import type { Progress } from "../../toolchain/progress";
import { auditFolder } from "../../trail/place";
import { readTrail, trailFolders, trailOptions } from "../../trail/trail";
import { exportState, pulumi, type Engine } from "../../engine/engine";
import { registeredIn, stepsIn } from "../../engine/steps";
import { KeycloakAdmin } from "../../clients/keycloak";
import { userNamed } from "../../clients/named";
import { readTeams } from "../sync/teams";
import { reportOf } from "../../engine/rotations/report";
import { apiTokenOf, rotatablesOf } from "../../engine/rotations/status";
import { readCheckout, type Declared } from "../../checkout/stack";
import { verify } from "../verify/verify";
import { accountsOf } from "../../evidence/accounts";
import { knownPlaces } from "../../clients/look/places";
import { realPlacesOf } from "./realPlaces";
import { driftFile, verifiedFile } from "./files";
import type { Facts, Realm, RealmAccount, TrailFacts } from "../../evidence/facts";
import { limitsIn } from "../../evidence/limits";
import { gathered } from "../../evidence/part";
import { type Act } from "../../evidence/reports/membership";

export interface GatherOptions {
  /** What the checkout declares for the stack, and the moment that everything is evaluated at. */
  readonly declared: Pick<Declared, "model" | "settings" | "asOf">;
  /** Begin of the period. */
  readonly since: Date;
  /** What `npm run verify -- <stack> --json` printed. Default: it is run now, reading only. */
  readonly verify?: string;
  /** What `npm run drift -- <stack> --json` printed. */
  readonly drift: string;
  /** What `npm run sync -- <stack> --log` wrote. Default: the trail has to do. */
  readonly log?: string;
}

/** Asks each source once; what a source does not answer is in the facts as missing, with its cause. */
export async function gather(
  stack: string,
  { started, ...engine }: Engine,
  options: GatherOptions,
  progress: Progress,
): Promise<Facts> {
  const { declared, since } = options;
  const { model: written, settings, asOf } = declared;
  const { cwd, env } = engine;
  const at: Engine = { ...engine, env: withMoment(env, asOf), ...(started && { started }) };
  const exported = await progress.step(`reading the state of stack ${stack}`, () =>
    gathered(`the state of stack ${stack}`, () => exportState(at, stack)),
  );
  const accessState = accessStateOf(written, exported.ok ? exported.value : undefined, stack);
  const real = await progress.step("reading where the repositories are", () =>
    gathered(`workspace ${settings.bitbucket.workspace}, now`, () =>
      realPlacesOf(
        accessState.model,
        settings,
        knownPlaces(exported.ok ? resourcesIn(exported.value) : []),
        env,
      ),
    ),
  );
  const model = real.ok ? real.value.model : accessState.model;
  const doubts = [
    accessState.modelDoubt,
    exported.ok ? undefined : `what the stack was brought up with is not known: ${exported.cause}`,
    ...(real.ok ? real.value.said : [`where the repositories really are is not known: ${real.cause}`]),
  ].filter((one) => one !== undefined);
  const admin = () => KeycloakAdmin.from(settings.keycloak.url, settings.keycloak.realm, env);
  return {
    stack,
    asOf,
    since,
    settings,
    ...accessState,
    model,
    ...(doubts.length > 0 && { modelDoubt: doubts.join("; ") }),
    entitlements: entitlementsOf(model, asOf),
    realm: await progress.step(`reading who is in the teams of realm ${settings.keycloak.realm}`, () =>
      gathered(`realm ${settings.keycloak.realm} at ${settings.keycloak.url}, now`, () =>
        realmOf(admin(), model),
      ),
    ),
    ages: await gathered(`the state of stack ${stack}`, () => {
      if (!exported.ok) throw new Error(exported.cause);
      return agesOf(exported.value, stack, settings, asOf);
    }),
    verified: await verifiedBy(stack, env, cwd, { file: options.verify, asOf }, progress),
    guardrails: await progress.step("evaluating the stack by the guardrails", () =>
      gathered(`the rules in policy/, in a preview of stack ${stack}`, () => brokenRules(at, stack)),
    ),
    exceptions: await gathered(exceptionsFile, () => exceptionsIn(cwd, model, asOf)),
    drift: await gathered(`the last drift report, ${options.drift}`, () => driftFile(options.drift, stack)),
    trail: await gathered(`the audit trail in ${auditFolder(env, cwd)}`, () => trailIn(env, cwd)),
    log: await gathered(
      options.log === undefined ? "the log of sync" : `the log of sync, ${options.log}`,
      () => actsIn(options.log, stack),
    ),
    limits: await gathered("docs/limits.md", () =>
      limitsIn(readFileSync(join(root, "docs", "limits.md"), "utf8")),
    ),
    accounts: accountsOf(env, model, settings),
  };
}

/**
 * Everything that breaks a rule now, whether it was so before or not, and what an exception lets through. Asks neither
 * system.
 */
async function brokenRules(engine: Engine, stack: string): Promise<Evaluated[]> {
  const all = await pulumi(engine, ["preview", "--json", "--show-sames", "--stack", stack]);
  const read = readCheckout(engine.cwd, stack, engine.env, { rules: ruleNames });
  return evaluateRun(registeredIn(stepsIn(all)), contextOf(read));
}

/** What the stack was brought up with is what holds; a file that nobody brought up yet holds nothing. */
function accessStateOf(
  written: Model,
  exported: string | undefined,
  stack: string,
): Pick<Facts, "model" | "modelSource" | "modelDoubt"> {
  const text = exported === undefined ? undefined : stackOutput(resourcesIn(exported), outputNames.baseline);
  const baseline = decodeBaseline(text);
  if (baseline === undefined) {
    const why = text === undefined ? "was never brought up whole" : "was brought up by another version";
    return {
      model: written,
      modelSource: "access.yaml of this checkout",
      modelDoubt: `stack ${stack} ${why}: this is what access.yaml says`,
    };
  }
  const { model, commit } = baseline;
  const of = commit === undefined ? "" : ` (commit ${commit})`;
  const differs = !isSameModel(model, written);
  return {
    model,
    modelSource: `what stack ${stack} was last brought up with${of}${differs ? "; access.yaml of this checkout says something else, which is not brought up" : ""}`,
  };
}

async function realmOf(admin: KeycloakAdmin, model: Model): Promise<Realm> {
  if ((await admin.get("")) === undefined) throw new Error("there is no such realm");
  const { people, failures } = await readTeams(admin, model);
  const accounts = new Map<string, RealmAccount>();
  for (const { username, email, enabled } of [...people.values()].flat())
    accounts.set(username, { username, enabled, ...(email !== undefined && { email }) });
  for (const { username } of model.people) {
    if (accounts.has(username)) continue;
    const user = await userNamed(admin, username);
    if (user)
      accounts.set(username, {
        username,
        enabled: user.enabled === true,
        ...(user.email !== undefined && { email: user.email }),
      });
  }
  return {
    accounts: [...accounts.values()],
    teams: new Map([...people].map(([team, members]) => [team, members.map(({ username }) => username)])),
    failures: [...failures].map(([team, why]) => `${team}: ${why}`),
  };
}

function agesOf(exported: string, stack: string, settings: Settings, asOf: Date) {
  const resources = resourcesIn(exported);
  const rotatables = rotatablesOf(resources, settings);
  const apiToken = apiTokenOf(settings.rotation.apiTokenExpires, asOf);
  return reportOf({ stack, settings, asOf, before: rotatables, after: rotatables, apiToken });
}

function verifiedBy(
  stack: string,
  env: NodeJS.ProcessEnv,
  cwd: string,
  { file, asOf }: { readonly file: string | undefined; readonly asOf: Date },
  progress: Progress,
): Promise<Facts["verified"]> {
  return file === undefined
    ? gathered("real requests, which wrote nothing", () =>
        verify(stack, env, { readOnly: true, asOf }, cwd, progress),
      )
    : gathered(`npm run verify, kept in ${file}`, () => verifiedFile(file));
}

function exceptionsIn(cwd: string, model: Model, asOf: Date): readonly Exception[] {
  const text = textsIn(cwd).get(exceptionsFile);
  const { exceptions, problems } = readExceptions(text, { rules: ruleNames, model, asOf });
  if (problems.length > 0) throw new Error(renderProblems(problems));
  return exceptions;
}

function trailIn(env: NodeJS.ProcessEnv, cwd: string): TrailFacts {
  const folder = auditFolder(env, cwd);
  const trails = trailFolders(folder).map((one) => readTrail(one, trailOptions(env)));
  if (trails.length === 0) throw new Error(`there is none in ${folder}: nothing was recorded there yet`);
  return {
    entries: trails.flatMap(({ entries }) => entries).sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
    problems: trails.flatMap(({ folder: place, problems }) => problems.map((one) => `${place}: ${one}`)),
    notes: trails.flatMap(({ notes }) => notes),
  };
}

/** Of this stack; lines of other stacks are left out. */
function actsIn(file: string | undefined, stack: string): Act[] {
  if (file === undefined) throw new Error("none was named (--log)");
  const lines = readFileSync(file, "utf8").split("\n");
  return lines
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== "")
    .map(({ line, number }) => {
      try {
        return JSON.parse(line) as Act & { readonly stack?: string };
      } catch {
        throw new Error(`${file}:${number}: found no JSON; allowed: what sync --log wrote`);
      }
    })
    .filter((act) => act.stack === undefined || act.stack === stack);
}
