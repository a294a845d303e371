/** Each setting of a realm, broken by hand as somebody in the console could, and the checks that find it. */
import type { World } from ".";

export interface Broken {
  readonly what: string;
  /** All the checks that should find it, and no other. */
  readonly found: readonly string[];
  readonly breakIt: (world: World) => Promise<void>;
  readonly mendIt: (world: World) => Promise<void>;
}

type Json = Record<string, unknown>;

async function ask(world: World, method: string, path: string, body?: unknown): Promise<unknown> {
  const { status, json } = await world.keycloak(method, `/${world.realm}${path}`, body);
  if (status >= 400) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
  return json;
}

/** Changes what stands at a path; mended, it is as it was. */
function changed(
  what: string,
  found: string[],
  at: (world: World) => Promise<string>,
  change: (was: Json) => Json,
) {
  let [path, before]: [string, Json] = ["", {}];
  return {
    what,
    found,
    breakIt: async (world: World) => {
      path = await at(world);
      before = (await ask(world, "GET", path)) as Json;
      await ask(world, "PUT", path, { ...before, ...change(before) });
    },
    mendIt: async (world: World) => {
      await ask(world, "PUT", path, before);
    },
  };
}

const theRealm = () => Promise.resolve("");
const theEvents = () => Promise.resolve("/events/config");
const theProfile = () => Promise.resolve("/users/profile");
const client = (clientId: string) => async (world: World) => {
  const [found] = (await ask(world, "GET", `/clients?clientId=${clientId}`)) as { id: string }[];
  return `/clients/${found?.id ?? ""}`;
};
/** The one in use: nothing has rotated. */
const bitbucket = client("bitbucket-a");
const rights = client("bitbucket");
const pipeline = client("pipeline-a.payments-api.dev");
const bot = client("agent.release-bot");
const peoples = client("agents");

const realm = (what: string, found: string[], change: Json) => changed(what, found, theRealm, () => change);
const onClient = (what: string, found: string[], change: Json, at = bitbucket) =>
  changed(what, found, at, () => change);
/** Attributes that were not there before are emptied: those that a request leaves out stay. */
function attribute(what: string, found: string[], change: Record<string, string>, at = bitbucket): Broken {
  const none = Object.fromEntries(Object.keys(change).map((key) => [key, ""]));
  const set = async (world: World, attributes: Json) => {
    const path = await at(world);
    const was = (await ask(world, "GET", path)) as Json;
    before ??= { ...none, ...(was.attributes as Json) };
    await ask(world, "PUT", path, { ...was, attributes: { ...before, ...attributes } });
  };
  let before: Json | undefined;
  return { what, found, breakIt: (world) => set(world, change), mendIt: (world) => set(world, {}) };
}

/** Takes out a mapper; mended, it is there again. */
function mapper(name: string, found: string[], at = bitbucket): Broken {
  let [path, before]: [string, Json] = ["", {}];
  return {
    what: `the mapper ${name} is removed`,
    found,
    breakIt: async (world) => {
      path = `${await at(world)}/protocol-mappers/models`;
      before = ((await ask(world, "GET", path)) as Json[]).find((one) => one.name === name) ?? {};
      await ask(world, "DELETE", `${path}/${String(before.id)}`);
    },
    mendIt: async (world) => {
      await ask(world, "POST", path, before);
    },
  };
}

/** The team that the throw-away person is put into. */
const leads = async (world: World) => {
  const found = (await ask(world, "GET", "/groups?search=storefront-leads&exact=true")) as {
    subGroups: { subGroups: { id: string }[] }[];
  }[];
  return `/groups/${found[0]?.subGroups[0]?.subGroups[0]?.id ?? ""}`;
};

/** A role that a team loses or gains. */
function role(what: string, found: string[], name: string, gained: boolean): Broken {
  const toggle = async (world: World, give: boolean) => {
    const at = await rights(world);
    const one = (await ask(world, "GET", `${at}/roles/${encodeURIComponent(name)}`)) as Json;
    const path = `${await leads(world)}/role-mappings${at}`;
    await ask(world, give ? "POST" : "DELETE", path, [one]);
  };
  return {
    what,
    found,
    breakIt: (world) => toggle(world, gained),
    mendIt: (world) => toggle(world, !gained),
  };
}

async function scopeId(world: World, name: string): Promise<string> {
  const scopes = (await ask(world, "GET", "/client-scopes")) as { id: string; name: string }[];
  return scopes.find((scope) => scope.name === name)?.id ?? "";
}

/** A client may ask for a scope that is not its own. */
function scope(what: string, found: string[], name: string, at: (world: World) => Promise<string>): Broken {
  const path = async (world: World) =>
    `${await at(world)}/optional-client-scopes/${await scopeId(world, name)}`;
  return {
    what,
    found,
    breakIt: async (world) => {
      await ask(world, "PUT", await path(world));
    },
    mendIt: async (world) => {
      await ask(world, "DELETE", await path(world));
    },
  };
}

/** A right that agents ask for brings another role along. */
function along(what: string, found: string[], right: string, role: string): Broken {
  const set = async (world: World, method: string) => {
    const at = await rights(world);
    const one = (await ask(world, "GET", `${at}/roles/${encodeURIComponent(role)}`)) as Json;
    await ask(world, method, `/client-scopes/${await scopeId(world, right)}/scope-mappings${at}`, [one]);
  };
  return { what, found, breakIt: (world) => set(world, "POST"), mendIt: (world) => set(world, "DELETE") };
}

/** Gives a pipeline's tokens the role of its target, or takes it out of them. */
async function rightToDeploy(world: World, method: "POST" | "DELETE"): Promise<void> {
  const at = await rights(world);
  const one = (await ask(world, "GET", `${at}/roles/deploy%3APAY%2Fpayments-api`)) as Json;
  await ask(world, method, `${await pipeline(world)}/scope-mappings${at}`, [one]);
}

const signsIn = ["code-with-pkce"];
/** What cannot be tried where nobody can sign in. */
const needSignIn = [
  "signing-keys", "event-log", "claims", "roles", "access-token-life", "access-token-ends", "session-life",
  "refresh-rotates", "logout", "revocation", "disabled-person", "logout-redirect-exact", "token-exchange-declared",
  "brute-force",
]; // prettier-ignore

export const breaks: readonly Broken[] = [
  changed("a wildcard is among the redirect URIs", ["redirect-exact"], bitbucket, ({ redirectUris }) => ({
    redirectUris: ["*", ...(redirectUris as string[])],
  })),
  onClient("implicit flow is on", ["implicit-refused"], { implicitFlowEnabled: true }),
  realm("refresh tokens do not rotate", ["refresh-rotates"], { revokeRefreshToken: false }),
  realm("a spent refresh token is taken once more", ["refresh-rotates"], { refreshTokenMaxReuse: 1 }),
  onClient("password grant is on", ["password-refused"], { directAccessGrantsEnabled: true }),
  onClient("a service account is on", ["no-service-account"], { serviceAccountsEnabled: true }),
  onClient("the client is public", ["client-authenticates"], { publicClient: true }),
  onClient("full scope is on", ["roles"], { fullScopeAllowed: true }),
  attribute("PKCE is not required", ["pkce-required"], { "pkce.code.challenge.method": "" }),
  attribute("sign-out leads anywhere", ["logout-redirect-exact"], { "post.logout.redirect.uris": "*" }),
  attribute("ID tokens are signed by a shared secret", [...signsIn, ...needSignIn], {
    "id.token.signed.response.alg": "HS256",
  }),
  attribute("the client's tokens live longer", ["access-token-life", "access-token-ends"], {
    "access.token.lifespan": "600",
  }),
  // Keycloak itself refuses one that is longer than the realm's.
  attribute("the client's sessions live shorter", ["session-life"], {
    "client.session.max.lifespan": "3600",
  }),
  attribute("the client may exchange tokens", ["token-exchange-declared"], {
    "standard.token.exchange.enabled": "true",
  }),
  scope("offline access may be asked for", ["no-offline-access"], "offline_access", bitbucket),
  ...["email", "preferred_username", "name", "groups"].map((name) => mapper(name, ["claims"])),
  realm("access tokens live longer", ["access-token-life", "access-token-ends"], {
    accessTokenLifespan: 900,
  }),
  realm("an unused session lives longer", ["session-life"], { ssoSessionIdleTimeout: 7200 }),
  realm("any session lives longer", ["session-life"], { ssoSessionMaxLifespan: 86_400 }),
  realm("people register themselves", ["no-self-registration"], { registrationAllowed: true }),
  realm("two people may have one address", ["unique-email"], {
    duplicateEmailsAllowed: true,
    loginWithEmailAllowed: false,
  }),
  realm("there is no password policy", ["password-policy"], { passwordPolicy: "" }),
  realm("guessing is not hindered", ["brute-force"], { bruteForceProtected: false }),
  realm(
    "the realm calls itself otherwise",
    ["discovery", ...signsIn, ...needSignIn, "exchange-narrows", "own-user-name"],
    {
      attributes: { frontendUrl: "https://elsewhere.example" },
    },
  ),
  realm("sign-ins leave no event", ["event-log"], { eventsEnabled: false }),
  realm("administrators leave no event", ["event-log"], { adminEventsEnabled: false }),
  changed("refused refreshes leave no event", ["event-log"], theEvents, ({ enabledEventTypes }) => ({
    enabledEventTypes: (enabledEventTypes as string[]).filter((type) => type !== "REFRESH_TOKEN_ERROR"),
  })),
  realm("events are kept for a day", ["event-log"], { eventsExpiration: 86_400 }),
  changed(
    "people change their own profile",
    ["own-profile", "own-user-name"],
    theProfile,
    ({ attributes }) => ({
      attributes: (attributes as Json[]).map((one) => ({
        ...one,
        permissions: { view: ["admin", "user"], edit: ["admin", "user"] },
      })),
    }),
  ),
  changed("a group is renamed in Keycloak", ["groups-equal"], leads, () => ({ name: "storefront-chiefs" })),
  role("a team loses a role", ["roles", "exchange-narrows"], "merge:SHOP", false),
  role("a team gains a role", ["roles"], "merge:PAY", true),
  {
    what: "a group is gone from Bitbucket",
    found: ["groups-equal"],
    breakIt: async (world) => {
      await world.bitbucket("DELETE", "/1.0/groups/acme/support");
    },
    mendIt: async (world) => {
      await world.up("--refresh");
    },
  },
  mapper("pipeline", ["pipeline-credentials"], pipeline),
  {
    what: "a pipeline's tokens carry no right to deploy",
    found: ["pipeline-credentials"],
    breakIt: (world) => rightToDeploy(world, "DELETE"),
    mendIt: (world) => rightToDeploy(world, "POST"),
  },
  onClient("a pipeline's client is off", ["pipeline-credentials"], { enabled: false }, pipeline),
  onClient("people sign in through a pipeline's client", ["pipelines-without-people"], {
    standardFlowEnabled: true,
    redirectUris: ["*"],
  }, pipeline), // prettier-ignore
  attribute("an agent's tokens live longer", ["agents-limits"], { "access.token.lifespan": "3600" }, bot),
  attribute("an agent gets refresh tokens", ["agents-limits"], { "use.refresh.tokens": "true" }, bot),
  onClient("an agent signs in by a secret", ["agents-limits"], {
    clientAuthenticatorType: "client-secret",
  }, bot), // prettier-ignore
  onClient("an agent carries all rights of a person", ["agents-limits"], { fullScopeAllowed: true }, bot),
  onClient("an agent acts without a person", ["agents-limits"], { serviceAccountsEnabled: true }, bot),
  scope("an agent may ask for what is not its own", ["agents-limits"], "offline_access", bot),
  along("an agent's right brings another", ["agents-limits", "exchange-narrows"],
    "merge:SHOP/shop-mobile", "trigger:SHOP"), // prettier-ignore
  onClient("people are not asked whether an agent may act", ["agents-limits"], {
    consentRequired: false,
  }, peoples), // prettier-ignore
  onClient(
    "what people hand to agents carries rights",
    ["agents-limits"],
    { fullScopeAllowed: true },
    peoples,
  ),
];

/** What is broken and what finds it, as the guide shows it. */
export function breaksTable(): string {
  const listed = (found: readonly string[]) =>
    found.length > 4 ? `${found.slice(0, 3).join(", ")} and ${found.length - 3} more` : found.join(", ");
  const rows = breaks.map(({ what, found }) => [what, listed(found)] as const);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(["what somebody did by hand", "found by"]), rule, ...rows.map(line)].join("\n");
}
