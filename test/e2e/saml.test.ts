/**
 * Sign-in to Bitbucket Cloud by SAML: from the first `up`, when Atlassian has shown nothing yet, to the rotation of the key
 * that signs. Real engine, real Keycloak; Atlassian is played by a library that knows nothing of either.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { actionOf, Browser } from "../../commands/verify/browser";
import { renderVerified } from "../../commands/verify/report";
import {
  accepted,
  beginAt,
  emailFormat,
  partner,
  responseIn,
  type Assertion,
} from "../../commands/verify/serviceProvider";
import { verify } from "../../commands/verify/verify";
import { day, RotationWorld } from "./world/rotation";
import { withSettings } from "./world";
import { type Verified } from "../../evidence/reports/verify";

jest.setTimeout(300_000);

const connection = "1f0e5c3a-7d2b-4c8e-9a41-6b5d0e2f7c13";
const provider = {
  entityId: `https://auth.atlassian.com/saml/${connection}`,
  acs: `https://auth.atlassian.com/login/callback?connection=saml-${connection}`,
};
const claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";

interface Output {
  readonly entityId: string;
  readonly ssoUrl: string;
  readonly metadataUrl: string;
  readonly certificate: string;
  readonly fingerprint: string;
  readonly next?: { readonly pem: string; readonly fingerprint: string };
  readonly steps: readonly string[];
}

let world: RotationWorld;
/** Of the first `up`. */
let first: Output;
let ana = { username: "ana", password: "" };

beforeAll(async () => {
  world = await RotationWorld.start(undefined, {
    "signIn.kind": "saml",
    "signIn.url": "https://bitbucket.org/acme",
    "signIn.connection": "pending",
  });
  await world.upAt(0);
});

afterAll(async () => {
  await world.stop();
});

const output = async () => (await world.world.outputs<{ bitbucketSignIn: Output }>()).bitbucketSignIn;
const stackFile = () => readFileSync(join(world.world.folder, "stacks/Pulumi.local.yaml"), "utf8");
const admin = async <T>(path: string) =>
  (await world.world.keycloak("GET", `/${world.world.realm}${path}`)).json as T;
const pinned = (certificate: string) => partner(provider, { issuer: first.entityId, certificate });

/** Signs in by the forms of Keycloak's pages; the first time, a new password is asked for. */
async function responseFor(saml = pinned(first.certificate), person = ana): Promise<string> {
  const browser = new Browser();
  const login = await browser.open(await beginAt(saml), provider.acs);
  let page = await browser.open(actionOf(login), provider.acs, person);
  if (page.text.includes('name="password-new"')) {
    ana = { ...person, password: randomBytes(24).toString("base64url") };
    const form = { "password-new": ana.password, "password-confirm": ana.password };
    page = await browser.open(actionOf(page), provider.acs, form);
  }
  return responseIn(page, provider.acs);
}

async function signIn(certificate: string): Promise<Assertion> {
  const saml = pinned(certificate);
  return accepted(saml, await responseFor(saml));
}

test("the realm comes up first, with what to type in at Atlassian's, in order", async () => {
  first = await output();
  const issuer = `${world.world.keycloakUrl}/realms/${world.world.realm}`;
  expect(first).toMatchObject({
    entityId: issuer,
    ssoUrl: `${issuer}/protocol/saml`,
    metadataUrl: `${issuer}/protocol/saml/descriptor`,
  });
  expect(first.certificate).toMatch(
    /^-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n$/,
  );
  expect(first.steps.map((step) => step.slice(0, 30))).toEqual([
    "verify the company's domain at",
    "admin.atlassian.com → Security",
    "Identity provider Entity ID: h",
    "Identity provider SSO URL: htt",
    "Public x509 certificate: the o",
    "Next: Atlassian shows two addr",
    "bring the stack up again; leav",
  ]);
  const clients = await admin<{ protocol: string }[]>("/clients?max=100");
  expect(clients.filter(({ protocol }) => protocol === "saml")).toEqual([]);
});

test("once Atlassian has shown the connection, one client takes it, at one exact address", async () => {
  world.world.writeStackText(withSettings(stackFile(), { "signIn.connection": connection }));
  await world.upAt(0);
  await world.upAt(0, "--expect-no-changes");
  const { certificate, steps } = await output();
  expect(certificate).toBe(first.certificate);
  expect(steps[0]).toContain(provider.entityId);
  const clients =
    await admin<{ protocol: string; clientId: string; redirectUris: string[] }[]>("/clients?max=100");
  expect(
    clients
      .filter(({ protocol }) => protocol === "saml")
      .map(({ clientId, redirectUris }) => [clientId, redirectUris]),
  ).toEqual([[provider.entityId, [provider.acs]]]);
});

test("a person signs in: NameID and attributes are what Atlassian wants, signed, and nothing else is said", async () => {
  const { firstPasswords } = await world.world.outputs<{ firstPasswords: Record<string, string> }>();
  ana = { username: "ana", password: firstPasswords.ana ?? "" };
  const [user] = await admin<{ id: string }[]>("/users?username=ana&exact=true");
  expect(await signIn(first.certificate)).toEqual({
    nameId: "ana@acme.example",
    nameIdFormat: emailFormat,
    attributes: {
      [`${claims}/givenname`]: "Ana",
      [`${claims}/surname`]: "Alvarez",
      [`${claims}/name`]: user?.id,
    },
  });
});

test.each<[string, (xml: string) => string]>([
  ["changed on its way", (xml) => xml.replaceAll("ana@acme", "ben@acme")],
  ["not signed", (xml) => xml.replace(/<[\w:]*Signature[ >].*?<\/[\w:]*Signature>/s, "")],
])("a response that is %s is not taken", async (_, change) => {
  const saml = pinned(first.certificate);
  const xml = Buffer.from(await responseFor(saml), "base64").toString("utf8");
  expect(change(xml)).not.toBe(xml);
  await expect(accepted(saml, Buffer.from(change(xml)).toString("base64"))).rejects.toThrow(/signature/i);
});

test("nobody else is sent a response", async () => {
  for (const acs of [
    "https://attacker.invalid/callback",
    `${provider.acs}x`,
    "https://auth.atlassian.com/",
  ]) {
    const other = partner({ ...provider, acs }, { issuer: first.entityId, certificate: first.certificate });
    expect([acs, (await fetch(await beginAt(other))).status]).toEqual([acs, 400]);
  }
});

test("the keys of OIDC rotate, and the certificate is the same", async () => {
  const jwks = async () =>
    (
      (await (await fetch(`${first.entityId}/protocol/openid-connect/certs`)).json()) as {
        keys: { kid: string; alg: string }[];
      }
    ).keys
      .filter(({ alg }) => alg === "ES256")
      .map(({ kid }) => kid);
  const before = await jwks();
  world.setDay(91 * day);
  expect((await world.rotate()).rotated).toContain("signing-keys");
  const after = await jwks();
  expect(after.filter((kid) => !before.includes(kid))).toHaveLength(1);
  expect((await output()).certificate).toBe(first.certificate);
  expect((await signIn(first.certificate)).nameId).toBe("ana@acme.example");
});

test("the SAML key's own rotation begins with a key that is published and does not sign", async () => {
  const report = await world.rotate({ now: { name: "saml-key", reason: "ten years old" } });
  expect(report).toMatchObject({ rotated: [], due: [] });
  expect(report.notes.map((note) => note.slice(0, 3))).toEqual(["SAM", "1. ", "2. ", "3. ", "4. ", "5. "]);
  expect(stackFile()).toContain(
    "  bitbucket-keycloak:samlKey: { newest: 1, signing: 0, reason: ten years old }\n",
  );
  const { certificate, next } = await output();
  expect(certificate).toBe(first.certificate);
  expect(next?.pem).toMatch(/^-----BEGIN CERTIFICATE-----/);
  const metadata = await (await fetch(first.metadataUrl)).text();
  for (const pem of [certificate, next?.pem ?? ""])
    expect(metadata).toContain(pem.replace(/-----[^-]+-----|\n/g, ""));
  expect((await signIn(first.certificate)).nameId).toBe("ana@acme.example");
  await world.upAt(91 * day, "--expect-no-changes");
});

test("no run that nobody attends makes it sign: not a night's, and not an up of a stack file that says so", async () => {
  const text = stackFile();
  world.world.writeStackText(text.replace("newest: 1, signing: 0", "newest: 1, signing: 1"));
  const { code, text: said } = await world.tryAt(91 * day);
  expect([code > 0, said]).toEqual([
    true,
    expect.stringContaining("this would change which certificate signs SAML"),
  ]);
  const night = await world.rotate();
  expect(night).toMatchObject({ rotated: [], due: [] });
  expect(night.notes).toContainEqual(
    expect.stringContaining("the stack file wants SAML key 1 to sign, and key 0 does"),
  );
  expect((await signIn(first.certificate)).nameId).toBe("ana@acme.example");
  world.world.writeStackText(text);
  await world.upAt(91 * day);
});

test("confirmed by the certificate's fingerprint, and by no other, it signs from then on", async () => {
  const { next } = await output();
  await expect(world.rotate({ now: { name: "saml-key", confirm: "ab".repeat(32) } })).rejects.toThrow(
    `found no published SAML certificate with the fingerprint "${"ab".repeat(32)}"; there are`,
  );
  const report = await world.rotate({ now: { name: "saml-key", confirm: next?.fingerprint ?? "" } });
  expect(report).toMatchObject({ rotated: ["saml-key"], due: [] });
  expect(await output()).toMatchObject({ certificate: next?.pem, fingerprint: next?.fingerprint });
  expect((await signIn(next?.pem ?? "")).nameId).toBe("ana@acme.example");
  await expect(signIn(first.certificate)).rejects.toThrow(/signature/i);
  await world.upAt(91 * day, "--expect-no-changes");
});

test("where the stack file was not brought up to date, nothing changes which one signs", async () => {
  const text = stackFile();
  for (const older of ["newest: 1, signing: 0", ""]) {
    world.world.writeStackText(
      older === "" ? text.replace(/\n.*:samlKey: .*/, "") : text.replace("newest: 1, signing: 1", older),
    );
    await world.tryAt(91 * day);
    const keys = await admin<{ keys: { algorithm: string; providerPriority: number; status: string }[] }>(
      "/keys",
    );
    const rsa = keys.keys.filter(({ algorithm }) => algorithm === "RS256");
    expect(rsa.map(({ providerPriority, status }) => [providerPriority, status]).sort()).toEqual([
      [100, "ACTIVE"],
      [101, "ACTIVE"],
    ]);
    if (older !== "") continue;
    // What was let go is taken back by its id.
    const [key] = (
      await admin<{ id: string; name: string }[]>("/components?type=org.keycloak.keys.KeyProvider")
    ).filter(({ name }) => name === "saml-1");
    expect(key).toBeDefined();
  }
  world.world.writeStackText(text);
});

const run = (): Promise<Verified> => verify("local", world.world.env, { output }, world.world.folder);
const failures = ({ checks }: Verified) =>
  checks.filter(({ ok }) => !ok).map(({ name, found }) => [name, found]);

test("verify proves it, and says what does not apply", async () => {
  const verified = await run();
  console.log(renderVerified(verified));
  expect(failures(verified)).toEqual([]);
  expect([verified.passed, verified.skipped, verified.notApplicable.length]).toEqual([17, [], 21]);
});

type Json = Record<string, unknown>;

test.each<[string, string, (client: Json) => Json, string[]]>([
  [
    "a wildcard is among the addresses",
    "/clients",
    ({ redirectUris }) => ({ redirectUris: ["*", ...(redirectUris as string[])] }),
    ["saml-acs-exact"],
  ],
  [
    "assertions are not signed",
    "/clients",
    ({ attributes }) => ({ attributes: { ...(attributes as Json), "saml.assertion.signature": "false" } }),
    ["saml-assertion", "saml-disabled-person"],
  ],
  [
    "NameID is the user name",
    "/clients",
    ({ attributes }) => ({ attributes: { ...(attributes as Json), saml_name_id_format: "username" } }),
    ["saml-assertion"],
  ],
  ["it says every role", "/clients", () => ({ fullScopeAllowed: true }), ["saml-assertion"]],
])("verify finds it when %s", async (_, at, change, found) => {
  const [client] = await admin<Json[]>(`${at}?clientId=${encodeURIComponent(provider.entityId)}`);
  const path = `/${world.world.realm}${at}/${String(client?.id)}`;
  await world.world.keycloak("PUT", path, { ...client, ...change(client ?? {}) });
  const broken = await run();
  await world.world.keycloak("PUT", path, client);
  expect(
    broken.checks
      .filter(({ ok }) => !ok)
      .map(({ name }) => name)
      .sort(),
  ).toEqual([...found].sort());
});

test("verify finds a key that outranks the one of the stack's output", async () => {
  const parent = (await admin<{ id: string }>("")).id;
  const config = { priority: ["500"], active: ["true"], enabled: ["true"], keySize: ["2048"] };
  await world.world.keycloak("POST", `/${world.world.realm}/components`, {
    name: "by-hand",
    providerId: "rsa-generated",
    providerType: "org.keycloak.keys.KeyProvider",
    parentId: parent,
    config,
  });
  const told = await output();
  const broken = await verify(
    "local",
    world.world.env,
    { output: () => Promise.resolve(told) },
    world.world.folder,
  );
  expect(failures(broken)).toEqual([
    ["saml-metadata", "the certificate that signs is not the one of the stack's output"],
  ]);
});
