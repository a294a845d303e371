/** How a sign-in goes, and by which ways none does. */
import { randomBytes } from "node:crypto";
import { member, unless, type Check, type Context } from "../check";
import { refusalOf } from "../endpoints";
import { signIn } from "../relyingParty";

/** As a sign-in begins that the realm takes, but for what a check changes. */
function begin({ client }: Context, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    client_id: client.clientId,
    response_type: "code",
    scope: "openid",
    redirect_uri: client.redirectUri,
    code_challenge: randomBytes(32).toString("base64url"),
    code_challenge_method: "S256",
    ...more,
  };
}

const code: Check = {
  name: "code-with-pkce",
  promise: "people sign in by authorization code with PKCE",
  setting: "signIn.kind",
  writes: true,
  run: async (context) => {
    const { claims } = await signIn(context, await member(context));
    return { ok: true, found: `signed in as ${String(claims.preferred_username)}` };
  },
};

const page: Check = {
  name: "login-page",
  promise: "Bitbucket's way of signing in leads to Keycloak's page",
  setting: "signIn.url",
  writes: false,
  run: async (context) => {
    const { status } = await context.endpoints.authorize(begin(context));
    return { ok: status === 200, found: `answered ${status}` };
  },
};

const pkce: Check = {
  name: "pkce-required",
  promise: "no sign-in begins without PKCE, or with its plain method",
  setting: "what BitbucketSignIn always sets (PKCE S256)",
  writes: false,
  run: async (context) => {
    const { code_challenge: challenge, code_challenge_method: method, ...without } = begin(context);
    const none = refusalOf(await context.endpoints.authorize(without));
    const plain = refusalOf(
      await context.endpoints.authorize({
        ...without,
        code_challenge: challenge ?? "",
        code_challenge_method: method === "S256" ? "plain" : "",
      }),
    );
    return unless(
      [
        ...(none === undefined ? ["a sign-in without a code challenge begins"] : []),
        ...(plain === undefined ? ["the plain method is taken"] : []),
      ],
      none ?? "",
    );
  },
};

const redirect: Check = {
  name: "redirect-exact",
  promise: "codes go to one address and no other",
  setting: "signIn.url",
  writes: false,
  run: async (context) => {
    const { redirectUri } = context.client;
    const { origin } = new URL(redirectUri);
    const others = [
      `${redirectUri}/other`,
      `${redirectUri}?next=https://attacker.invalid`,
      `${origin}/`,
      `https://attacker.invalid/plugins/servlet/oidc/callback`,
      redirectUri.replace(/^(https?:\/\/)/, "$1attacker."),
    ];
    const taken: string[] = [];
    for (const other of others) {
      const { status } = await context.endpoints.authorize(begin(context, { redirect_uri: other }));
      if (status !== 400) taken.push(`${other} is taken as well (${status})`);
    }
    const declared = context.settings.signIn.url;
    const elsewhere = redirectUri.startsWith(`${declared}/`)
      ? []
      : [`codes go to ${redirectUri}, not below ${declared}`];
    return unless([...taken, ...elsewhere], `${others.length} others refused`);
  },
};

const implicit: Check = {
  name: "implicit-refused",
  promise: "no token is ever in an address",
  setting: "what BitbucketSignIn always sets (implicit flow off)",
  writes: false,
  run: async (context) => {
    const taken: string[] = [];
    for (const response_type of ["token", "id_token", "id_token token", "code id_token"]) {
      const query = begin(context, { response_type, nonce: "n" });
      if (refusalOf(await context.endpoints.authorize(query)) === undefined)
        taken.push(`response type "${response_type}" is taken`);
    }
    return unless(taken, "4 response types refused");
  },
};

const password: Check = {
  name: "password-refused",
  promise: "nobody gives a password to anything but Keycloak's own page",
  setting: "what BitbucketSignIn always sets (direct access grants off)",
  writes: false,
  run: async ({ endpoints, client }) => {
    const answer = await endpoints.post("token", {
      grant_type: "password",
      client_id: client.clientId,
      client_secret: client.secret,
      username: "verify-nobody",
      password: "none",
    });
    return { ok: answer.json.error === "unauthorized_client", found: refusalOf(answer) ?? "taken" };
  },
};

const clientSecret: Check = {
  name: "client-authenticates",
  promise: "only who holds the client's secret turns a code into tokens",
  setting: "what BitbucketSignIn always sets (confidential client)",
  writes: false,
  run: async ({ endpoints, client }) => {
    const form = { grant_type: "authorization_code", client_id: client.clientId, code: "none" };
    const redirect_uri = client.redirectUri;
    const answers = [
      await endpoints.post("token", { ...form, redirect_uri }),
      await endpoints.post("token", { ...form, redirect_uri, client_secret: "wrong" }),
    ];
    const right = await endpoints.post("token", { ...form, redirect_uri, client_secret: client.secret });
    return unless(
      [
        ...answers.flatMap(({ json }) =>
          json.error === "unauthorized_client" ? [] : [`answered ${String(json.error)}`],
        ),
        ...(right.json.error === "invalid_grant" ? [] : ["the right secret is refused"]),
      ],
      "no secret and a wrong one refused",
    );
  },
};

const services: Check = {
  name: "no-service-account",
  promise: "Bitbucket's client gets no token without a person",
  setting: "what BitbucketSignIn always sets (service account off)",
  writes: false,
  run: async ({ endpoints, client }) => {
    const answer = await endpoints.post("token", {
      grant_type: "client_credentials",
      client_id: client.clientId,
      client_secret: client.secret,
    });
    return { ok: answer.status >= 400, found: refusalOf(answer) ?? "taken" };
  },
};

const offline: Check = {
  name: "no-offline-access",
  promise: "no session outlives the others",
  setting: "what BitbucketSignIn always sets (no optional scopes)",
  writes: false,
  run: async (context) => {
    const answer = await context.endpoints.authorize(begin(context, { scope: "openid offline_access" }));
    const refusal = refusalOf(answer);
    return { ok: refusal !== undefined, found: refusal ?? "offline_access may be asked for" };
  },
};

const afterLogout: Check = {
  name: "logout-redirect-exact",
  promise: "who signs out is sent to Bitbucket and nowhere else",
  setting: "signIn.url",
  writes: true,
  run: async (context) => {
    const { id } = await signIn(context, await context.throwAway.person());
    const { status, location } = await context.endpoints.get("/protocol/openid-connect/logout", {
      id_token_hint: id,
      post_logout_redirect_uri: "https://attacker.invalid/",
    });
    const seen = location === "" ? `answered ${status}` : `sent to ${location}`;
    return { ok: status === 400, found: status === 400 ? "refused (400)" : seen };
  },
};

export const flowChecks: readonly Check[] = [
  page,
  code,
  pkce,
  redirect,
  implicit,
  password,
  clientSecret,
  services,
  offline,
  afterLogout,
].map((check) => ({ ...check, kind: "oidc" }));
