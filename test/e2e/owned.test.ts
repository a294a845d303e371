/**
 * Owned and observed, side by side, on the real engine, the real Keycloak and the emulated workspace: what is there already is
 * shown and taken over by one deploy, what is observed is reported and never written, and a realm that is somebody else's keeps
 * everything that it had.
 */
import { uuidOf } from "@bitbucket-keycloak/bitbucket-emulator/identifiers";
import { deploy } from "../../commands/deploy/deploy";
import { driftOf } from "../../commands/drift/drift";
import { textOf } from "../../commands/preview/text";
import { administratorScopes } from "../../toolchain/acme";
import { Progress } from "../../toolchain/progress";
import { administrator, World } from "./world";
import { sharedWorld } from "./world/shared";

jest.setTimeout(600_000);

const email = (name: string) => `${name}@own.example`;
const goran = uuidOf(`account ${email("goran")}`);

const access = (observed: string) => `company: Own
owners: [ana, ben]
environments:
  dev: { type: test }
people:
  ana: { name: Ana, email: ${email("ana")} }
  ben: { name: Ben, email: ${email("ben")} }
teams:
  crew: { owner: ana, observed: [members] }
projects:
  ONE: { owner: crew, repositories: { api: { deploys: [dev] } } }
  OLD: { owner: crew, ${observed}repositories: { legacy: {} } }
grants:
  - { team: crew, can: [trigger], on: ONE }
`;

let world: World;
/** Of the realm, before anything of ours was there. */
let before: unknown;

beforeAll(async () => {
  world = await World.start({
    access: access("observed: [permissions, branches], "),
    settings: { "keycloak.people": "external\n    observed: [realm]" },
    seed: (administratorToken) => ({
      workspace: { slug: "acme", plan: "premium" },
      accounts: [
        {
          name: "Administrator",
          email: administrator,
          tokens: [{ token: administratorToken, scopes: [...administratorScopes] }],
        },
        ...["ana", "ben", "goran"].map((name) => ({ name, email: email(name) })),
      ],
      administrators: [administrator],
      projects: [
        { key: "ONE", name: "First" },
        { key: "OLD", name: "Old" },
      ],
      repositories: [
        {
          slug: "api",
          project: "ONE",
          grants: { users: { [email("goran")]: "admin" } },
          restrictions: [{ kind: "delete", pattern: "release/*" }],
          environments: [
            { name: "dev", type: "Test", variables: [{ key: "TEAMS_OWN", value: "kept", secured: true }] },
          ],
        },
        { slug: "legacy", project: "OLD", grants: { users: { [email("goran")]: "admin" } } },
      ],
    }),
  });
  await made("", { realm: world.realm, enabled: true });
  await put("", { smtpServer: mail, loginTheme: "keycloak", passwordPolicy: "length(3)", rememberMe: true });
  await made(`/${world.realm}/clients`, {
    clientId: "somebody-elses",
    secret: "theirs",
    redirectUris: ["https://x/*"],
  });
  await made(`/${world.realm}/identity-provider/instances`, {
    alias: "corporate",
    providerId: "oidc",
    config: { clientId: "k", clientSecret: "s", authorizationUrl: "https://x/a", tokenUrl: "https://x/t" },
  });
  for (const name of ["ana", "ben"])
    await made(`/${world.realm}/users`, {
      username: name,
      email: email(name),
      emailVerified: true,
      enabled: true,
    });
  before = await foreign();
});

afterAll(() => world.stop());

const mail = {
  host: "smtp.own.example",
  from: "id@own.example",
  port: "25",
  auth: "true",
  user: "k",
  password: "p",
};

async function made(path: string, body: object): Promise<void> {
  const { status } = await world.keycloak("POST", path, body);
  expect([path, status]).toEqual([path, 201]);
}
async function put(path: string, body: object): Promise<void> {
  const { status } = await world.keycloak("PUT", `/${world.realm}${path}`, body);
  expect([path, status]).toEqual([path, 204]);
}

type Json = Readonly<Record<string, unknown>>;
const asked = async (path: string) => (await world.keycloak("GET", `/${world.realm}${path}`)).json;

/** All of the realm that is not ours. */
async function foreign(): Promise<unknown> {
  const clients = (await asked("/clients?max=500")) as Json[];
  const providers = (await asked("/identity-provider/instances")) as Json[];
  return {
    realm: await asked(""),
    clients: clients.filter(({ clientId }) => !/^(bitbucket|pipeline-)/.test(String(clientId))),
    providers: providers.filter(({ alias }) => alias === "corporate"),
    events: await asked("/events/config"),
    profile: await asked("/users/profile"),
    actions: await asked("/authentication/required-actions"),
    flows: ((await asked("/authentication/flows")) as Json[]).map(({ alias }) => alias),
    keys: ((await asked("/keys")) as { keys: Json[] }).keys.map(({ kid }) => kid),
  };
}

const engine = () => ({ command: sharedWorld().toolchain.pulumi, env: world.env, cwd: world.folder });
const quiet = () => new Progress({ write: () => undefined });

const holders = async (place: string) => {
  const { json } = await world.bitbucket("GET", `/2.0/${place}/permissions-config/users`);
  return (json as { values: { user: { display_name: string }; permission: string }[] }).values.map(
    ({ user, permission }) => `${user.display_name} ${permission}`,
  );
};
const gives = async (place: string, permission: string) => {
  const path = `/2.0/${place}/permissions-config/users/${encodeURIComponent(goran)}`;
  expect((await world.bitbucket("PUT", path, { permission })).status).toBe(200);
};
const api = "repositories/acme/api";
const legacy = "repositories/acme/legacy";
const environmentsOf = async () =>
  (
    (await world.bitbucket("GET", `/2.0/${api}/environments`)).json as {
      values: { uuid: string; name: string }[];
    }
  ).values;
async function variables(): Promise<string[]> {
  const [dev] = (await environmentsOf()).filter(({ name }) => name === "dev");
  const path = `/2.0/${api}/deployments_config/environments/${encodeURIComponent(dev?.uuid ?? "")}/variables`;
  const { values } = (await world.bitbucket("GET", path)).json as { values: { key: string }[] };
  return values.map(({ key }) => key).sort();
}

const drifted = async () => {
  const { verdict, findings } = await driftOf("local", engine(), {}, quiet());
  return {
    verdict,
    findings: findings
      .filter(({ system, kind }) => system === "bitbucket" && kind === "permission")
      .map(({ target, declared = "nothing", found = "nothing", observed = false }) =>
        [target, declared, found, ...(observed ? ["observed"] : [])].join(", "),
      ),
  };
};

test("plain up refuses what it finds, entry by entry, and says what takes it over", async () => {
  const { code, text } = await world.pulumi("up", "--stack", "local", "--yes", "--skip-preview");
  expect(code).not.toBe(0);
  expect(text).toContain(`user ${goran}: present admin, not declared`);
  expect(text).toContain("bring the stack up with `npm run deploy`, which shows it entry by entry first,");
  expect(await holders(api)).toEqual(["goran admin"]);
});

test("one deploy shows a creator's own entry, with the right that goes, and takes it over", async () => {
  const shown: string[] = [];
  const how = { show: (report: Parameters<typeof textOf>[0]) => shown.push(textOf(report)) };
  const { outcome, reasons } = await deploy("local", engine(), how, quiet());
  expect([outcome, reasons]).toEqual(["deployed", []]);
  expect(shown[0]).toContain(`there already, where this stack becomes the owner:
  ONE/api: goran: admin would go
  ONE/api: branch restriction delete on release/* would go
`);
  expect(shown[0]).toContain("goran: administer on ONE/api: goran → ONE/api → admin [found in Bitbucket]");
  expect(await holders(api)).toEqual([]);
  expect(await holders(legacy)).toEqual(["goran admin"]);
  expect(await variables()).toContain("TEAMS_OWN");
  expect((await variables()).length).toBeGreaterThan(1);
});

test("the second up changes nothing, and the realm has everything that it had, byte for byte", async () => {
  await world.up("--expect-no-changes");
  expect(await foreign()).toEqual(before);
});

test("a right given by hand is taken back where it is owned, and reported where it is observed", async () => {
  await gives(api, "write");
  await gives(legacy, "write");
  expect(await drifted()).toEqual({
    verdict: "drift",
    findings: [`api: account ${goran}, nothing, write`, `legacy: account ${goran}, nothing, write, observed`],
  });
  await world.up("--refresh");
  expect([await holders(api), await holders(legacy)]).toEqual([[], ["goran write"]]);
  expect(await drifted()).toEqual({
    verdict: "as declared",
    findings: [`legacy: account ${goran}, nothing, write, observed`],
  });
});

test("from observed to owned is shown first; from owned to observed keeps all of it", async () => {
  world.writeAccess(access(""));
  const shown: string[] = [];
  const how = { show: (report: Parameters<typeof textOf>[0]) => shown.push(textOf(report)) };
  const owned = await deploy("local", engine(), { ...how, agrees: () => Promise.resolve(false) }, quiet());
  expect(shown[0]).toContain("OLD/legacy: goran: write would go");
  expect(["unapproved", "declined"]).toContain(owned.outcome);
  expect(await holders(legacy)).toEqual(["goran write"]);

  const both = access("observed: [permissions, branches], ").replace(
    "  ONE: {",
    "  ONE: { observed: [permissions, branches],",
  );
  world.writeAccess(both.replace(/grants:\n.*\n/, "grants: []\n"));
  const { json } = await world.bitbucket(
    "GET",
    `/2.0/workspaces/acme/projects/ONE/permissions-config/groups`,
  );
  expect((json as { values: unknown[] }).values).toHaveLength(1);
  await world.up();
  const after = await world.bitbucket("GET", `/2.0/workspaces/acme/projects/ONE/permissions-config/groups`);
  expect(after.json).toEqual(json);
  await world.up("--expect-no-changes");
});

test("destroy takes what was made here, and leaves what was there", async () => {
  await world.succeed("destroy", "--stack", "local", "--yes", "--skip-preview");
  expect(await foreign()).toEqual(before);
  const clients = (await asked("/clients?max=500")) as Json[];
  expect(clients.filter(({ clientId }) => /^(bitbucket|pipeline-)/.test(String(clientId)))).toEqual([]);
  expect(await variables()).toEqual(["TEAMS_OWN"]);
  expect((await environmentsOf()).map(({ name }) => name)).toContain("dev");
});

test("an owned realm keeps the mail server, theme and languages that nobody declared, whatever else of it changes", async () => {
  world.writeStack("local", {
    "keycloak.url": world.keycloakUrl,
    "keycloak.realm": `${world.realm}-own`,
    "bitbucket.url": world.emulator.url,
    "signIn.url": world.emulator.url,
  });
  const own = `/${world.realm}-own`;
  const kept = async () => {
    const realm = (await world.keycloak("GET", own)).json as Json;
    return ["smtpServer", "loginTheme", "supportedLocales", "defaultLocale"].map((key) => realm[key]);
  };
  const text = access("observed: [permissions, branches], ");
  world.writeAccess(text);
  try {
    await world.up();
    await world.up("--expect-no-changes");
    const more = { smtpServer: mail, loginTheme: "keycloak", internationalizationEnabled: true };
    const locales = { supportedLocales: ["de", "en"], defaultLocale: "de" };
    expect((await world.keycloak("PUT", own, { ...more, ...locales })).status).toBe(204);
    const there = await kept();
    expect(there[0]).toMatchObject({ host: mail.host, user: "k" });

    world.writeAccess(text.replace("company: Own", "company: Renamed"));
    await world.up();
    expect(((await world.keycloak("GET", own)).json as Json).displayName).toContain("Renamed");
    expect(await kept()).toEqual(there);
    await world.up("--refresh", "--expect-no-changes");
    await world.succeed("destroy", "--stack", "local", "--yes", "--skip-preview");
  } finally {
    await world.keycloak("DELETE", own);
  }
});
