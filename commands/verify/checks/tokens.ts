/** What a token says, how long it lives, and how it ends. */
import { member, unless, type Check, type Context } from "../check";
import { refusalOf } from "../endpoints";
import { lifeOf, payloadOf, signIn } from "../relyingParty";
import { rightsClient } from "../../../access";

/** A real token is waited out by itself if it lives no longer, in seconds. */
const shortLife = 60;

const refresh = ({ endpoints, client }: Context, token: string) =>
  endpoints.post("token", {
    grant_type: "refresh_token",
    client_id: client.clientId,
    client_secret: client.secret,
    refresh_token: token,
  });

const claims: Check = {
  name: "claims",
  promise: "Bitbucket learns user name, e-mail address and name, and the groups without their path",
  setting: "what BitbucketSignIn always sets (mappers)",
  writes: true,
  run: async (context) => {
    const person = await member(context);
    const { claims: said } = await signIn(context, person);
    const expected = {
      preferred_username: person.username,
      email: person.email,
      name: person.name,
      groups: [context.team.name],
    };
    const wrong = Object.entries(expected).filter(
      ([claim, value]) => JSON.stringify(said[claim]) !== JSON.stringify(value),
    );
    const own = await mappedByItself(context);
    return unless(
      [
        ...wrong.map(
          ([claim, value]) => `${claim} is ${JSON.stringify(said[claim])}, not ${JSON.stringify(value)}`,
        ),
        ...Object.keys(expected)
          .filter((claim) => !own.has(claim))
          .map((claim) => `${claim} is left to the realm's shared scopes, which others change`),
      ],
      Object.keys(expected).join(", "),
    );
  },
};

/** The claims that the client's own mappers make. */
async function mappedByItself({ keycloak, client }: Context): Promise<ReadonlySet<string>> {
  type Mapper = { protocolMapper: string; config?: Record<string, string> };
  const mappers = (await keycloak.get<Mapper[]>(`clients/${client.id}/protocol-mappers/models`)) ?? [];
  return new Set(
    mappers.map(({ protocolMapper, config }) =>
      protocolMapper === "oidc-full-name-mapper" ? "name" : (config?.["claim.name"] ?? ""),
    ),
  );
}

const roles: Check = {
  name: "roles",
  promise: "a token says exactly what its holder may do by their teams",
  setting: "grants of access.yaml",
  writes: true,
  run: async (context) => {
    const { access } = await signIn(context, await member(context));
    const { resource_access: by = {}, realm_access: realm } = payloadOf(access) as {
      resource_access?: Record<string, { roles: string[] }>;
      realm_access?: { roles: string[] };
    };
    const said = by[rightsClient]?.roles ?? [];
    const others = [
      ...Object.keys(by).filter((client) => client !== rightsClient),
      ...(realm ? ["the realm"] : []),
    ];
    return unless(
      [
        ...context.team.roles.filter((role) => !said.includes(role)).map((role) => `${role} is missing`),
        ...said.filter((role) => !context.team.roles.includes(role)).map((role) => `${role} is too much`),
        ...others.map((other) => `roles of ${other} are in it`),
      ],
      `the ${said.length} of team ${context.team.name}`,
    );
  },
};

const life: Check = {
  name: "access-token-life",
  promise: "an access token lives as long as declared",
  setting: "lifetimes.accessToken",
  writes: true,
  run: async (context) => {
    const seconds = lifeOf((await signIn(context, await member(context))).access);
    const { accessToken } = context.settings.lifetimes;
    return { ok: seconds === accessToken, found: `${seconds} s of ${accessToken} s` };
  },
};

const ended: Check = {
  name: "access-token-ends",
  promise: "an access token is refused after its life",
  setting: "lifetimes.accessToken",
  writes: true,
  run: async (context) => {
    const { accessToken } = context.settings.lifetimes;
    if (!context.wait && accessToken > shortLife) return withShortLife(context);
    const { access } = await signIn(context, await member(context));
    const before = await context.endpoints.takes(access);
    await later(accessToken + 1);
    const after = await context.endpoints.takes(access);
    const seen = after ? "still taken" : "refused";
    return {
      ok: before && !after,
      found: `${before ? "taken" : "refused"} at once, ${seen} after ${accessToken + 1} s`,
    };
  },
};

/** Minutes are not waited for unless somebody asks: the realm is watched ending a token of one second instead. */
async function withShortLife({ throwAway, endpoints }: Context) {
  const { clientId: client_id, secret: client_secret } = await throwAway.serviceAccount(1);
  const by = { client_id, client_secret };
  const answer = await endpoints.post("token", { grant_type: "client_credentials", ...by });
  const token = answer.json.access_token;
  if (typeof token !== "string")
    return { ok: false, found: `a throw-away client gets no token: ${refusalOf(answer) ?? "none"}` };
  await later(2.5);
  const { json: after } = await endpoints.post("token/introspect", { ...by, token });
  const seen = after.active === false ? "refused" : "still taken";
  return {
    ok: after.active === false,
    found: `a token of one second is ${seen} after it; --wait sits out a real one`,
  };
}

const session: Check = {
  name: "session-life",
  promise: "a session ends when it is not used, and when it is old, as declared",
  setting: "lifetimes.sessionIdle, lifetimes.session",
  writes: true,
  run: async (context) => {
    const { sessionIdle, session: longest } = context.settings.lifetimes;
    const idle = lifeOf((await signIn(context, await member(context))).refresh);
    const realm = await context.keycloak.get<{ ssoSessionMaxLifespan: number }>("");
    const client = await context.keycloak.get<{ attributes: Record<string, string> }>(
      `clients/${context.client.id}`,
    );
    const max = Number(client?.attributes["client.session.max.lifespan"] || realm?.ssoSessionMaxLifespan);
    return unless(
      [
        // Counted from the sign-in, which may have been in the second before.
        ...(idle === sessionIdle || idle === sessionIdle - 1
          ? []
          : [`unused, it lives for ${idle} s, not ${sessionIdle} s`]),
        ...(max === longest ? [] : [`it lives for ${max} s at most, not ${longest} s`]),
      ],
      `${idle} s unused, ${max} s at most`,
    );
  },
};

const rotation: Check = {
  name: "refresh-rotates",
  promise: "a refresh token is good for once, and who uses a spent one ends the session at Bitbucket",
  setting: "what Realm always sets (revokeRefreshToken)",
  writes: true,
  run: async (context) => {
    const { refresh: first } = await signIn(context, await context.throwAway.person());
    const rotated = await refresh(context, first);
    const next = String(rotated.json.refresh_token);
    const spent = refusalOf(await refresh(context, first));
    const detached = refusalOf(await refresh(context, next));
    return unless(
      [
        ...(rotated.status === 200 && next !== first
          ? []
          : [`the first use is ${refusalOf(rotated) ?? "no rotation"}`]),
        ...(spent === undefined ? ["a spent one is taken"] : []),
        ...(detached === undefined ? ["the session goes on after a spent one was used"] : []),
      ],
      `spent: ${spent ?? ""}; the newest then: ${detached ?? ""}`,
    );
  },
};

const logout: Check = {
  name: "logout",
  promise: "who signs out is signed out: neither token works any more",
  setting: "Keycloak's own behaviour",
  writes: true,
  run: async (context) => {
    const tokens = await signIn(context, await context.throwAway.person());
    const { clientId: client_id, secret: client_secret } = context.client;
    await context.endpoints.post("logout", { client_id, client_secret, refresh_token: tokens.refresh });
    return stillTaken(context, tokens);
  },
};

const revocation: Check = {
  name: "revocation",
  promise: "a token that is revoked is refused",
  setting: "Keycloak's own behaviour",
  writes: true,
  run: async (context) => {
    const tokens = await signIn(context, await context.throwAway.person());
    const { clientId: client_id, secret: client_secret } = context.client;
    for (const token of [tokens.access, tokens.refresh])
      await context.endpoints.post("revoke", { client_id, client_secret, token });
    return stillTaken(context, tokens);
  },
};

const disabled: Check = {
  name: "disabled-person",
  promise: "who is disabled in Keycloak gets nothing more, with tokens or password",
  setting: "Keycloak's own behaviour",
  writes: true,
  run: async (context) => {
    const person = await context.throwAway.person();
    const tokens = await signIn(context, person);
    await context.keycloak.put(`users/${person.id}`, { enabled: false });
    const again = await signIn(context, person).catch((error: unknown) => String(error));
    const finding = await stillTaken(context, tokens);
    return typeof again === "string" ? finding : { ok: false, found: "the password is still taken" };
  },
};

async function stillTaken(context: Context, tokens: { access: string; refresh: string }) {
  return unless(
    [
      ...((await context.endpoints.takes(tokens.access)) ? ["the access token is still taken"] : []),
      ...(refusalOf(await refresh(context, tokens.refresh)) === undefined
        ? ["the refresh token is still taken"]
        : []),
    ],
    "both tokens refused",
  );
}

function later(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** By SAML nobody gets a token. */
export const tokenChecks: readonly Check[] = [
  claims,
  roles,
  life,
  ended,
  session,
  rotation,
  logout,
  revocation,
  disabled,
].map((check) => ({ ...check, kind: "oidc" }));
