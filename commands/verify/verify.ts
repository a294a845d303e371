/** Runs the checks against the realm of a stack, and leaves it as it was. */
import { say } from "@bitbucket-keycloak/output";
import {
  compile,
  meantName,
  serviceProviderOf,
  Tree,
  type Desired,
  type Model,
  type Settings,
  type SignIn,
  signInClients,
} from "../../access";
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import { root } from "../../toolchain/places";
import { Progress } from "../../toolchain/progress";
import { KeycloakAdmin } from "../../clients/keycloak";
import { clientNamed } from "../../clients/named";
import { readStack } from "../../checkout/stack";
import {
  rotationOf,
  type Check,
  type ClientShown,
  type Context,
  type ProvenTeam,
  type SignInClient,
} from "./check";
import { checks } from "./checks";
import { Endpoints } from "./endpoints";
import { ThrowAway } from "./throwAway";
import { type CheckResult, type Verified } from "../../evidence/reports/verify";

export interface VerifyOptions {
  /** Leave out what makes something in the realm. Default: false; a realm of production refuses that. */
  readonly readOnly?: boolean;
  /** Sit out the life of a real access token, however long. Default: false. */
  readonly wait?: boolean;
  /** Names of the checks to run. Default: all. */
  readonly only?: readonly string[];
  /** What the stack said last of its sign-in: its output `bitbucketSignIn`. Asked for at most once. */
  readonly output?: () => Promise<unknown>;
  /** The moment that grants are evaluated at. Default: the setting's, else the environment variable's, else now. */
  readonly asOf?: Date;
}

/** So many checks run at once: most of their time is the server's. */
const atOnce = 4;

/**
 * @throws if the realm is production's and may be written to, is not there, or a check is unknown
 */
export async function verify(
  stack: string,
  env: NodeJS.ProcessEnv,
  { readOnly = false, wait = false, only, output, asOf: given }: VerifyOptions = {},
  folder = root,
  progress = new Progress(),
): Promise<Verified> {
  const since = Date.now();
  const { model, settings, asOf } = readStack(folder, stack, env, { asOf: given });
  refuseProduction(model, settings, readOnly, stack);
  const chosen = chosenOf(only);
  const applies = chosen.filter(({ kind }) => kind === undefined || kind === settings.signIn.kind);
  const run = applies.filter(({ writes }) => !(writes && readOnly));
  const { url, realm } = settings.keycloak;
  const keycloak = KeycloakAdmin.from(url, realm, env);
  const throwAway = new ThrowAway(keycloak);

  const results = await progress.step(`checking realm ${realm} at ${url}`, async (note) => {
    const context = {
      ...(await lookUp(keycloak, stack, model, settings, compile(model, settings, asOf))),
      model,
      settings,
      keycloak,
      endpoints: new Endpoints(`${url}/realms/${realm}`),
      throwAway,
      bitbucketGroups: () => groupsOf(settings, env),
      output: output ?? (() => Promise.resolve(undefined)),
      wait,
    };
    if (!readOnly) await throwAway.removeAbandoned();
    return cleaningUp(throwAway, () => inTurn(run, context, note));
  });
  const failed = results.filter(({ ok }) => !ok).length;
  return {
    realm: `${url}/realms/${realm}`,
    at: new Date(since).toISOString(),
    passed: results.length - failed,
    failed,
    skipped: namesOf(applies.filter((check) => !run.includes(check))),
    notApplicable: namesOf(chosen.filter((check) => !applies.includes(check))),
    checks: results,
    seconds: (Date.now() - since) / 1000,
  };
}

function refuseProduction(model: Model, { environment }: Settings, readOnly: boolean, stack: string): void {
  const declared = model.environments.find(({ name }) => name === environment);
  if (readOnly || declared?.type !== "production") return;
  throw new Error(
    `environment ${environment} is production, where no throw-away people are made: run "npm run verify -- ${stack} --read-only"`,
  );
}

function chosenOf(only: readonly string[] | undefined): readonly Check[] {
  const names = checks.map(({ name }) => name);
  const meant = only?.map((name) => meantName(name, names, "check"));
  return meant === undefined ? checks : checks.filter(({ name }) => meant.includes(name));
}

const namesOf = (some: readonly Check[]) => some.map(({ name }) => name);

async function lookUp(
  keycloak: KeycloakAdmin,
  stack: string,
  model: Model,
  settings: Settings,
  desired: Desired,
): Promise<Pick<Context, "client" | "team" | "desired">> {
  const up = `run "npm run pulumi -- up -s ${stack}" first`;
  if ((await keycloak.get("")) === undefined) throw new Error(`there is no such realm: ${up}`);
  const client = await signInClient(keycloak, settings.signIn, up);
  return { desired, client, team: await provenTeam(keycloak, model, desired) };
}

/** Of two clients that take turns, the one in use: its rotation is the newest. */
async function signInClient(keycloak: KeycloakAdmin, signIn: SignIn, up: string): Promise<SignInClient> {
  const provider = serviceProviderOf(signIn);
  if (signIn.kind === "saml" && provider === undefined)
    throw new Error(
      'signIn.connection is "pending": there is no sign-in yet; follow the steps of the output bitbucketSignIn',
    );
  const clientIds = provider ? [provider.entityId] : Object.values(signInClients);
  const found = await Promise.all(
    clientIds.map(async (clientId) => (await clientNamed<ClientShown>(keycloak, clientId)) ?? []),
  );
  const [shown] = found.flat().sort((a, b) => rotationOf(b) - rotationOf(a));
  const redirectUri = shown?.redirectUris.find((uri) => !uri.includes("*"));
  if (shown === undefined || redirectUri === undefined)
    throw new Error(`the realm has no client ${clientIds.join(" or ")}: ${up}`);
  const { id, clientId } = shown;
  if (signIn.kind === "saml") return { id, clientId, secret: "", redirectUri };
  const { value: secret = "" } =
    (await keycloak.get<{ value?: string }>(`clients/${id}/client-secret`)) ?? {};
  return { id, clientId, secret, redirectUri };
}

/** The deepest team with roles of its own. Where its group is not at its place, a check will say so; any will do then. */
async function provenTeam(keycloak: KeycloakAdmin, model: Model, desired: Desired): Promise<ProvenTeam> {
  const tree = new Tree(model);
  const groups = await keycloak.groups();
  const { groups: teams, composites } = desired.keycloak;
  const rolesOf = (name: string) =>
    (teams.find((team) => team.name === name)?.roles ?? []).flatMap((role) => [
      role,
      ...(composites[role] ?? []),
    ]);
  const candidates = model.teams
    .map(({ name }) => ({ name, way: [name, ...tree.ancestors(name)] }))
    .sort((a, b) => b.way.length - a.way.length || rolesOf(b.name).length - rolesOf(a.name).length);
  for (const { name, way } of candidates) {
    const group = groups.find(({ path }) => path === `/${[...way].reverse().join("/")}`);
    if (group !== undefined) return { id: group.id, name, roles: [...new Set(way.flatMap(rolesOf))].sort() };
  }
  throw new Error("the realm has the group of no team of access.yaml");
}

async function groupsOf(
  { bitbucket: { url, workspace } }: Settings,
  env: NodeJS.ProcessEnv,
): Promise<string[]> {
  const session = Bitbucket.session(url, env);
  return (await session.list("/1.0/groups/{workspace}", { workspace })).map(({ slug }) => slug);
}

async function inTurn(
  run: readonly Check[],
  context: Context,
  note: (text: string) => void,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  const waiting = [...run];
  const work = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const since = Date.now();
      const { ok, found } = await check.run(context).catch((error: unknown) => ({
        ok: false,
        found: error instanceof Error ? error.message : String(error),
      }));
      const { name, promise, setting } = check;
      results.push({ name, promise, setting, ok, found, seconds: (Date.now() - since) / 1000 });
      note(`${results.length} of ${run.length}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const order = run.map(({ name }) => name);
  return results.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

/** Removes the throw-away people whatever happens, a Ctrl-C included; a second one does not wait for that. */
async function cleaningUp<T>(throwAway: ThrowAway, work: () => Promise<T>): Promise<T> {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const leave = (): void => {
    for (const signal of signals) process.off(signal, leave);
    const end = (code: number) => () => process.exit(code);
    throwAway.remove().then(end(130), (error: unknown) => {
      say(`error: ${String(error)}`);
      process.exit(1);
    });
  };
  for (const signal of signals) process.on(signal, leave);
  try {
    return await work();
  } finally {
    await throwAway.remove();
    for (const signal of signals) process.off(signal, leave);
  }
}
