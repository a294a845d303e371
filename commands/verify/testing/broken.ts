/**
 * Holds the checks of `verify` to what they are for: each test takes the good realm, breaks one thing in it, runs all of
 * `verify` against it by HTTP, and expects those checks to fail that should, with what they say, and no other. Bitbucket
 * is the emulator.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changed } from "../../../access/testing/company";
import { startEmulator, type Emulator } from "@bitbucket-keycloak/bitbucket-emulator";
import { scopes } from "@bitbucket-keycloak/bitbucket-emulator/contract";
import { Progress } from "../../../toolchain/progress";
import type { Check } from "../check";
import { verify, type VerifyOptions } from "../verify";
import { answerAdmin, type Events } from "./admin";
import { OpenId } from "./oidc";
import { bitbucketUrl, connection, goodRealm, type Realm } from "./realm";
import { answerSaml } from "./saml";
import { listen, said } from "./server";
import type { Verified } from "../../../evidence/reports/verify";

export interface Break {
  readonly what: string;
  readonly breakIt: (realm: Realm) => void;
  /** By the check's name, what it says. The realm's address is written `{realm}`, a throw-away person `{person}`. */
  readonly found: Readonly<Record<string, string>>;
  readonly options?: (realm: Realm) => VerifyOptions;
  /** Default: `oidc`. */
  readonly kind?: "oidc" | "saml";
  /** `access.yaml`. Default: {@link accessText}. */
  readonly access?: string;
  /** Groups of the workspace. Default: those of the teams. */
  readonly bitbucketGroups?: readonly string[];
  /** Seconds that a token lives, in the stack file and in the realm. Default: five minutes. */
  readonly accessToken?: number;
}

/** All that one run has found. */
export interface Run {
  readonly verified: Verified;
  readonly failed: Readonly<Record<string, string>>;
  /** Throw-away people and clients that are still in the realm. */
  readonly left: readonly string[];
}

/** What each check that lets somebody sign in says where nobody gets through. */
export function everySignIn(text: string, ...but: readonly string[]): Record<string, string> {
  return Object.fromEntries(signingIn.filter((name) => !but.includes(name)).map((name) => [name, text]));
}

const signingIn = [
  "signing-keys", "event-log", "code-with-pkce", "logout-redirect-exact", "claims", "roles", "access-token-life",
  "session-life", "refresh-rotates", "logout", "revocation", "disabled-person", "token-exchange-declared",
  "exchange-narrows", "brute-force", "own-user-name",
]; // prettier-ignore

/** So many realms are verified at a time: most of it is waiting for a token's end. */
const atOnce = 6;

/** Declares a test for each break, and one that no check of these is left without. */
export function eachIsFound(checks: readonly Check[], breaks: readonly Break[]): void {
  // Of a busy machine.
  jest.setTimeout(120_000);
  const runs = new Map<Break, Promise<Run>>();

  beforeAll(() => {
    // Each run listens for signals of its own.
    process.setMaxListeners(0);
    for (const [at, one] of breaks.entries()) {
      const before = breaks[at - atOnce];
      const run = Promise.allSettled([before && runs.get(before)]).then(() => runOf(one));
      // Its own test says what went wrong.
      run.catch(() => undefined);
      runs.set(one, run);
    }
  });
  afterAll(async () => {
    await Promise.allSettled(runs.values());
  });

  test.each(breaks)("$what", async (one) => {
    const run = await runs.get(one);
    expect([run?.failed, run?.left]).toEqual([one.found, []]);
  });

  test("each of these checks is failed by one of these realms", () => {
    const found = new Set(breaks.flatMap((one) => Object.keys(one.found)));
    expect(checks.map(({ name }) => name).filter((name) => !found.has(name))).toEqual([]);
  });
}

/** Verifies a realm with one thing broken. */
export async function runOf({
  breakIt,
  options = () => ({}),
  kind = "oidc",
  access = accessText,
  bitbucketGroups = ["makers", "leads", "hands", "guests"],
  accessToken = 300,
}: Pick<Break, "breakIt"> & Partial<Break>): Promise<Run> {
  const { realm, server } = await startRealm();
  const emulator = await startWorkspace(bitbucketGroups);
  const folder = mkdtempSync(join(tmpdir(), "verify-"));
  try {
    writeFileSync(join(folder, "access.yaml"), access);
    mkdirSync(join(folder, "stacks"));
    const stack = stackText(realm.address, emulator.url, kind, accessToken);
    writeFileSync(join(folder, "stacks/Pulumi.dev.yaml"), stack);
    realm.accessTokenLifespan = accessToken;
    breakIt(realm);
    const verified = await verify("dev", credentials, options(realm), folder, new Progress(silent));
    const failed = verified.checks.filter(({ ok }) => !ok);
    const says = (text: string) =>
      text.replaceAll(realm.address, "{realm}").replace(/verify-[0-9a-f]{10}/g, "{person}");
    return {
      verified,
      failed: Object.fromEntries(failed.map(({ name, found }) => [name, says(found)])),
      left: [
        ...realm.people.map(({ username }) => username),
        ...realm.clients.map(({ clientId }) => clientId),
      ].filter((name) => name.startsWith("verify-")),
    };
  } finally {
    server.close();
    server.closeAllConnections();
    await emulator.close();
    rmSync(folder, { recursive: true });
  }
}

async function startRealm(): Promise<{ realm: Realm; server: Server }> {
  const events: Events = { logins: [], acts: [] };
  const { url, server } = await listen((asked) => {
    if (asked.path === "/realms/master/protocol/openid-connect/token")
      return said({ access_token: "administrator", expires_in: 600 });
    const admin = asked.path.split("/admin/realms/small")[1];
    if (admin !== undefined) return answerAdmin(realm, admin, asked, events);
    const path = asked.path.replace("/realms/small", "");
    return (
      openId.answer(path, asked) ??
      answerSaml(realm, openId, path, asked) ??
      said({ error: "not found" }, 404)
    );
  });
  const realm = goodRealm(`${url}/realms/small`);
  const openId = new OpenId(realm, events);
  return { realm, server };
}

const credentials = {
  KEYCLOAK_USER: "administrator",
  KEYCLOAK_PASSWORD: "password",
  BITBUCKET_EMAIL: "ana@small.example",
  BITBUCKET_API_TOKEN: "token-of-ana-0123456789",
};

function startWorkspace(groups: readonly string[]): Promise<Emulator> {
  const { BITBUCKET_EMAIL: email, BITBUCKET_API_TOKEN: token } = credentials;
  return startEmulator({
    seed: {
      workspace: { slug: "small" },
      accounts: [{ name: "ana", email, tokens: [{ token, scopes: [...scopes] }] }],
      administrators: [email],
      groups: groups.map((name) => ({ name })),
    },
  });
}

const silent = { write: () => undefined };

/** One pipeline that signs in by a secret, one without, and one agent. */
export const accessText = changed(
  [
    'bot: { owner: ben, account: "{00000000-0000-0000-0000-0000000000b0}" }',
    'bot: { owner: ben, account: "{00000000-0000-0000-0000-0000000000b0}", jwks: "https://bot.small.example/jwks.json" }',
  ],
  ["web: { deploys: [dev], protected: {} }", "web: { deploys: [dev], credential: keyless }"],
  [
    "- { team: leads, can: [merge], on: ONE/api }",
    "- { team: leads, can: [merge], on: ONE/api }\n  - { agent: bot, can: [merge], on: [ONE/api, ONE/web] }",
  ],
);

function stackText(realm: string, bitbucket: string, kind: "oidc" | "saml", accessToken: number): string {
  const signIn = {
    oidc: `{ kind: oidc, url: ${bitbucketUrl}, connection: none, publish: hand }`,
    saml: `{ kind: saml, url: https://bitbucket.org, connection: ${connection}, publish: hand }`,
  };
  const settings = {
    environment: "dev",
    keycloak: `{ url: ${new URL(realm).origin}, realm: small, people: declared }`,
    bitbucket: `{ url: ${bitbucket}, workspace: small, governing: true, plan: premium }`,
    signIn: signIn[kind],
    lifetimes: `{ accessToken: ${accessToken} seconds, sessionIdle: 30 minutes, session: 10 hours, events: 30 days }`,
    pipelines: "{ credential: rotated }",
    rotation:
      "{ credentials: 30 days, signingKeys: 90 days, overlap: 1 day, grace: 3 days, runner: none, apiTokenExpires: unknown }",
    rotations: "{}",
    protect: '"false"',
  };
  const lines = Object.entries(settings).map(([name, value]) => `  bitbucket-keycloak:${name}: ${value}\n`);
  return `config:\n${lines.join("")}`;
}
