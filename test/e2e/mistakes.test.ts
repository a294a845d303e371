/**
 * What people get wrong, on the real engine: each mistake is answered by one message that says what was found and
 * what to do, quotes no secret, and comes before anything is created in either system.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { acmeSeed, administratorScopes } from "../../toolchain/acme";
import { sync } from "../../commands/sync/sync";
import { freePort } from "../../toolchain/keycloak";
import { compiled, root } from "../../toolchain/places";
import { ended, World, type Outcome } from "./world";

jest.setTimeout(120_000);

const withoutRepositories = "a-token-that-may-not-read-repositories";
const wrong = "a-secret-that-is-wrong";
const wrongToken =
  "cannot read the groups of workspace acme: bitbucket answered 401 (Token is invalid, expired, or not supported for this endpoint); the e-mail or the API token is wrong, or the token has expired or was revoked; make a new one at https://id.atlassian.com/manage-profile/security/api-tokens and set BITBUCKET_EMAIL and BITBUCKET_API_TOKEN";
const refusedUser = (): string =>
  `nothing was changed\nKeycloak at ${world.keycloakUrl} refused user admin (400): check KEYCLOAK_CLIENT_ID and KEYCLOAK_CLIENT_SECRET, or KEYCLOAK_USER and KEYCLOAK_PASSWORD`;

let world: World;
/** An address where nobody listens. */
let nobody: string;

beforeAll(async () => {
  nobody = `http://127.0.0.1:${await freePort()}`;
  world = await World.start({
    seed: (administratorToken) => {
      const acme = acmeSeed({ administratorToken });
      const [administrator, ...others] = acme.accounts ?? [];
      const scopes = administratorScopes.filter((scope) => scope !== "read:repository:bitbucket");
      const tokens = [...(administrator?.tokens ?? []), { token: withoutRepositories, scopes }];
      return { ...acme, accounts: [{ ...administrator!, tokens }, ...others] };
    },
  });
  world.canaries.push(wrong, withoutRepositories);
});

beforeEach(() => {
  world.writeAccess(readFileSync(join(root, "test/fixtures/acme.yaml"), "utf8"));
  world.writeStack("local", settings());
});

afterAll(async () => {
  await world.stop();
});

const settings = (): Record<string, string | boolean> => ({
  "keycloak.url": world.keycloakUrl,
  "keycloak.realm": world.realm,
  "bitbucket.url": world.emulator.url,
  "signIn.url": world.emulator.url,
});

describe("files", () => {
  test("every mistake in access.yaml is told, all at once, with its place and what to do", async () => {
    world.writeAccess(readFileSync(join(root, "test/fixtures/access-broken.yaml"), "utf8"));

    const [title, ...messages] = (await refused()).split("\n");

    expect(title).toBe("34 problems; nothing was changed");
    expect(messages).toHaveLength(34);
    for (const message of messages)
      expect(message).toMatch(/^access\.yaml:\d+:\d+ {2}(\S.*: )?found .+; .+[^.]$/);
    expect(messages[1]).toBe(
      'access.yaml:7:17  environments.prod.type: found "prodution"; allowed: test, staging, production; did you mean "production"?',
    );
    expect(messages.at(-1)).toBe(
      'access.yaml:63:29  grants[10].on: found "PAX"; allowed: PAY, shop, or one of their repositories, as PROJECT/repository; did you mean "PAY"? [known-targets]',
    );
  });

  test("a stack file that lacks a setting", async () => {
    const file = join(world.folder, "stacks/Pulumi.local.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace(/^ {4}sessionIdle: .*\n/m, ""));

    expect((await refused()).replace(/:\d+:\d+ /, ":(place) ")).toBe(
      '1 problem; nothing was changed\nstacks/Pulumi.local.yaml:(place)  config.bitbucket-keycloak:lifetimes.sessionIdle: found nothing; allowed: a number and a unit (seconds, minutes, hours, days), as in "5 minutes" or "30 days"; add "sessionIdle"',
    );
  });

  test("two stacks that govern the same workspace", async () => {
    const rival = { environment: "staging", "keycloak.realm": `${world.realm}-rival` };
    world.writeStack("rival", { ...settings(), ...rival });
    try {
      expect((await refused()).replace(/:\d+:\d+ /, ":(place) ")).toBe(
        `1 problem; nothing was changed\nstacks/Pulumi.local.yaml:(place)  config.bitbucket-keycloak:bitbucket.governing: found the governing of workspace acme at ${world.emulator.url}, which stacks/Pulumi.rival.yaml claims too; let one of them govern, and set governing to false in the other`,
      );
    } finally {
      rmSync(join(world.folder, "stacks/Pulumi.rival.yaml"));
    }
  });
});

describe("systems", () => {
  test("a Keycloak that does not answer", async () => {
    world.writeStack("local", { ...settings(), "keycloak.url": nobody });

    expect(await refused({ KEYCLOAK_URL: nobody })).toBe(
      `nothing was changed\nKeycloak at ${nobody} does not answer (ECONNREFUSED): is it running, and is keycloak.url in the stack file right?`,
    );
  });

  test("a wrong password for Keycloak", async () => {
    expect(await refused({ KEYCLOAK_PASSWORD: wrong })).toBe(refusedUser());
  });

  test("no credentials for Keycloak", async () => {
    expect(await refused({ KEYCLOAK_PASSWORD: undefined })).toBe(
      "nothing was changed\nno credentials for Keycloak: set KEYCLOAK_CLIENT_ID and KEYCLOAK_CLIENT_SECRET (a service account of the master realm), or KEYCLOAK_USER and KEYCLOAK_PASSWORD",
    );
  });

  test("a Bitbucket that does not answer", async () => {
    world.writeStack("local", { ...settings(), "bitbucket.url": nobody });

    expect(await refused()).toBe(
      `nothing was changed\ncannot read the groups of workspace acme: no answer from ${nobody} (ECONNREFUSED); check apiUrl and the network, then run it again`,
    );
  });

  test("a wrong API token", async () => {
    expect(await refused({ BITBUCKET_API_TOKEN: wrong })).toBe(`nothing was changed\n${wrongToken}`);
  });

  test("an API token without a scope", async () => {
    expect(await refused({ BITBUCKET_API_TOKEN: withoutRepositories })).toBe(
      "nothing was changed\ncannot read the permissions of groups on repository acme/payments-api: bitbucket answered 403 (Your credentials lack one or more required privilege scopes); the API token lacks the scope read:repository:bitbucket; a token cannot be extended: make a new one at https://id.atlassian.com/manage-profile/security/api-tokens with the scope read:repository:bitbucket besides those that it has, and set BITBUCKET_API_TOKEN",
    );
  });

  test("no API token", async () => {
    expect(await refused({ BITBUCKET_API_TOKEN: undefined })).toMatch(
      /^nothing was changed\nthe environment lacks BITBUCKET_API_TOKEN; set BITBUCKET_EMAIL to .+, and BITBUCKET_API_TOKEN to an API token of it with the scopes .*admin:project:bitbucket.*$/,
    );
  });

  test("a workspace that does not exist", async () => {
    world.writeStack("local", { ...settings(), "bitbucket.workspace": "acne" });

    expect(await refused()).toBe(
      "nothing was changed\ncannot read the groups of workspace acne: bitbucket answered 404 (No workspace with the slug 'acne'); it is not there, or this account may not see it; check the names and that the account has access",
    );
  });

  test("both systems at once", async () => {
    expect(await refused({ KEYCLOAK_PASSWORD: wrong, BITBUCKET_API_TOKEN: wrong })).toBe(
      `${refusedUser()}\n${wrongToken}`,
    );
  });

  test("a preview signs in to Keycloak, and asks nothing of Bitbucket", async () => {
    expect(await refused({ KEYCLOAK_PASSWORD: wrong, BITBUCKET_API_TOKEN: wrong }, "preview")).toBe(
      refusedUser(),
    );
    expect(world.emulator.log.since()).toEqual([]);
  });
});

/**
 * Runs `pulumi up` (or another command), which has to be refused for one reason while nothing is created.
 *
 * @param env what differs from a good environment
 * @returns the message
 */
async function refused(env: NodeJS.ProcessEnv = {}, command = "up"): Promise<string> {
  world.emulator.log.clear();
  const args = command === "up" ? ["--yes", "--skip-preview"] : [];
  const before = { ...world.env };
  Object.assign(world.env, env);
  const outcome = await world.pulumi(command, "--stack", "local", "--color", "never", ...args);
  Object.assign(world.env, before);

  expect(outcome.code).toBeGreaterThan(0);
  expectNoSecret(outcome);
  expect(world.emulator.log.since().filter(({ method }) => method !== "GET")).toEqual([]);
  expect((await world.keycloak("GET", `/${world.realm}`)).status).toBe(404);
  // The engine's own provider is what the program reads its last state through.
  const ofTheEngine = ["pulumi:pulumi:Stack::bitbucket-keycloak-local", "pulumi:providers:pulumi::default"];
  expect(ofTheEngine).toEqual(expect.arrayContaining(await resources()));
  const errors = errorsOf(outcome.text);
  expect(errors).toHaveLength(1);
  return errors[0] ?? "";
}

function expectNoSecret({ text }: Outcome): void {
  for (const secret of world.canaries) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
}

/** Type and name of what the state holds: the stack itself is there once somebody has run anything. */
async function resources(): Promise<string[]> {
  const { stdout } = await world.pulumi("stack", "export", "--stack", "local");
  const state = JSON.parse(stdout) as { deployment: { resources?: { urn: string }[] } };
  return (state.deployment.resources ?? []).map(({ urn }) => urn.split("::").slice(2).join("::"));
}

/** The errors of the engine's summary, each with all its lines and without indentation. */
function errorsOf(text: string): string[] {
  const [, summary = ""] = text.split("Diagnostics:\n");
  const errors = summary.matchAll(/^ {4}error: (.*\n(?: {4}(?!warning: |error: )\S.*\n)*)/gm);
  return [...errors].map(([, error = ""]) => error.replace(/^ {4}/gm, "").trimEnd());
}

describe("npm run sync", () => {
  test("a stack that nobody wrote a file for", async () => {
    expect(await commandRefused("sync", "nowhere")).toBe(
      "stacks/Pulumi.nowhere.yaml  found no such file; allowed: dev, local, prod, staging; name a stack that has a file in stacks/",
    );
  });

  test("a stack that does not govern", async () => {
    expect(await commandRefused("sync", "dev")).toBe(
      'stack dev does not govern workspace acme; membership is read from the governing stack\'s realm and no other: name the stack whose file says "governing: true"',
    );
  });

  test("a Keycloak that does not answer", async () => {
    world.writeStack("local", { ...settings(), "keycloak.url": nobody });
    expect(await syncRefused({ KEYCLOAK_URL: nobody })).toBe(
      `Keycloak at ${nobody} does not answer (ECONNREFUSED): is it running, and is keycloak.url in the stack file right?`,
    );
  });

  test("a realm that was never brought up", async () => {
    expect(await syncRefused()).toBe(
      `there is no realm ${world.realm} at ${world.keycloakUrl}: run "npm run pulumi -- up -s local" first`,
    );
  });

  async function syncRefused(env: NodeJS.ProcessEnv = {}): Promise<string> {
    world.emulator.log.clear();
    const attempt = sync("local", { ...world.env, ...env }, { apply: true }, world.folder);
    const message = await attempt.then(
      () => "no error",
      (error: unknown) => (error as Error).message,
    );
    expect(world.emulator.log.since().filter(({ method }) => method !== "GET")).toEqual([]);
    return message;
  }
});

test("npm run recover of a stack that does not exist", async () => {
  expect(await commandRefused("recover", "nowhere")).toBe(
    'there is no stack nowhere: name one that "npm run pulumi -- stack ls" shows',
  );
});

/** What a command prints that fails: one line, which is returned without its `error: `. */
async function commandRefused(...args: string[]): Promise<string> {
  const entry = [compiled, join(root, "commands/main.ts")];
  const child = spawn(process.execPath, [...entry, ...args], {
    cwd: root,
    // The passwords of this world are nobody else's: the stacks of the checkout have other servers.
    env: { ...world.env, BITBUCKET_KEYCLOAK_STACK: "dev" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const outcome = await ended(child);
  expect(outcome.code).toBe(1);
  expectNoSecret(outcome);
  // Where it would have signed in comes first.
  const text = outcome.text.replace(/^stack .* was never brought up; its first contact: .*\n/, "");
  expect(text).toMatch(/^error: .+\n$/);
  return text.slice("error: ".length).trimEnd();
}
