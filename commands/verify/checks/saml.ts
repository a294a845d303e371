/** How people sign in to Bitbucket Cloud: what Atlassian was told holds, and nobody else is told anything. */
import { once, send } from "@bitbucket-keycloak/http";
import { serviceProviderOf, claimNames, realmPaths, samlAttributes } from "../../../access";
import { member, unless, type Check, type ClientShown, type Context } from "../check";
import { beginAt, emailFormat, partner, samlSignIn } from "../serviceProvider";
import { type RealmKey, signingOf, type Certificate } from "../../../clients/realmKeys";

const kind = "saml" as const;

/** @throws if the realm has no key to sign with */
async function signing({ keycloak }: Context): Promise<Certificate> {
  const { keys = [] } = (await keycloak.get<{ keys?: (RealmKey & { algorithm?: string })[] }>("keys")) ?? {};
  const found = signingOf(keys.filter(({ algorithm }) => algorithm === "RS256"));
  if (found === undefined) throw new Error("the realm has no active RSA key");
  return found;
}

function providerOf({ settings }: Context) {
  const provider = serviceProviderOf(settings.signIn);
  if (provider === undefined) throw new Error("there is no connection yet");
  return provider;
}

/** All of a PEM but its first and last line. */
const bodyOf = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, "");

const metadata: Check = {
  name: "saml-metadata",
  promise: "what the realm publishes for SAML is what the stack said to type in at Atlassian's",
  setting: "keycloak.url, keycloak.realm; samlKey",
  writes: false,
  kind,
  run: async (context) => {
    const { endpoints } = context;
    const { status, text } = await endpoints.get(realmPaths.samlMetadata);
    const certificates = [...text.matchAll(/<[\w:]*X509Certificate>([^<]+)</g)].map(([, body = ""]) =>
      body.replace(/\s/g, ""),
    );
    const { pem, fingerprint } = await signing(context);
    const output = (await context.output()) as { certificate?: string } | undefined;
    const said = output?.certificate;
    const problems = [
      ...(status === 200 ? [] : [`metadata answered ${status}`]),
      ...(text.includes(`entityID="${endpoints.issuer}"`)
        ? []
        : [`the entity ID is not ${endpoints.issuer}`]),
      ...(text.includes(`Location="${endpoints.issuer}${realmPaths.saml}"`)
        ? []
        : [`people are not sent to ${endpoints.issuer}${realmPaths.saml}`]),
      ...(certificates.includes(bodyOf(pem)) ? [] : ["the certificate that signs is not published"]),
      ...(said === undefined || bodyOf(said) === bodyOf(pem)
        ? []
        : ["the certificate that signs is not the one of the stack's output"]),
    ];
    const compared =
      said === undefined ? ", not compared with the stack's output" : ", as in the stack's output";
    return unless(
      problems,
      `${certificates.length} published, ${fingerprint.slice(0, 16)}… signs${compared}`,
    );
  },
};

const assertion: Check = {
  name: "saml-assertion",
  promise:
    "Atlassian learns the e-mail address, the two names and an id that never changes, signed, and nothing else",
  setting: "what CloudSignIn always sets (NameID, mappers, signature)",
  writes: true,
  kind,
  run: async (context) => {
    const person = await member(context);
    const pinned = { issuer: context.endpoints.issuer, certificate: (await signing(context)).pem };
    const { nameId, nameIdFormat, attributes } = await samlSignIn(
      context,
      providerOf(context),
      pinned,
      person,
    );
    const user = await context.keycloak.get<Record<string, unknown>>(`users/${person.id}`);
    const expected: Record<string, unknown> = {};
    for (const [name, property] of Object.entries(samlAttributes))
      expected[`${claimNames}${name}`] = user?.[property];
    const names = [...new Set([...Object.keys(expected), ...Object.keys(attributes)])];
    return unless(
      [
        ...(nameId === person.email ? [] : [`NameID is ${nameId}, not ${person.email}`]),
        ...(nameIdFormat === emailFormat ? [] : [`NameID is of format ${nameIdFormat}`]),
        ...names
          .filter((name) => attributes[name] !== expected[name])
          .map(
            (name) => `${name} is ${JSON.stringify(attributes[name])}, not ${JSON.stringify(expected[name])}`,
          ),
      ],
      `signed assertion, NameID and ${Object.keys(expected).length} attributes`,
    );
  },
};

const exact: Check = {
  name: "saml-acs-exact",
  promise: "responses go to one address and no other",
  setting: "signIn.connection",
  writes: false,
  kind,
  run: async (context) => {
    const provider = providerOf(context);
    const shown = await context.keycloak.get<ClientShown>(`clients/${context.client.id}`);
    const declared = [...(shown?.redirectUris ?? [])].sort();
    const certificate = (await signing(context)).pem;
    const others = [
      "https://attacker.invalid/login/callback",
      provider.acs.replace("saml-", "saml-other-"),
      `${provider.acs}/other`,
      "https://auth.atlassian.com/",
    ];
    const statusAt = async (acs: string) => {
      const saml = partner({ ...provider, acs }, { issuer: context.endpoints.issuer, certificate });
      return (await send(await beginAt(saml), { redirect: "manual", patience: once })).status;
    };
    const taken: string[] = [];
    for (const other of others) {
      const status = await statusAt(other);
      if (status < 400) taken.push(`${other} is taken as well (${status})`);
    }
    const own = await statusAt(provider.acs);
    return unless(
      [
        ...taken,
        ...(own === 200 ? [] : [`Atlassian's own address answers ${own}`]),
        ...(JSON.stringify(declared) === JSON.stringify([provider.acs])
          ? []
          : [`the client takes ${declared.join(", ")}`]),
      ],
      `${others.length} others refused`,
    );
  },
};

const disabled: Check = {
  name: "saml-disabled-person",
  promise: "who is disabled in Keycloak gets no assertion",
  setting: "Keycloak's own behaviour",
  writes: true,
  kind,
  run: async (context) => {
    const person = await context.throwAway.person();
    const pinned = { issuer: context.endpoints.issuer, certificate: (await signing(context)).pem };
    const enters = () =>
      samlSignIn(context, providerOf(context), pinned, person).then(
        () => true,
        () => false,
      );
    const before = await enters();
    await context.keycloak.put(`users/${person.id}`, { enabled: false });
    const after = await enters();
    return {
      ok: before && !after,
      found: `${before ? "let in" : "refused"} before, ${after ? "let in" : "refused"} after`,
    };
  },
};

export const samlChecks: readonly Check[] = [metadata, assertion, exact, disabled];
