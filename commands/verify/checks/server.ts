/** Where the realm is, what it signs with, and whom it lets in. */
import { member, unless, type Check } from "../check";
import { signIn } from "../relyingParty";
import { enter } from "../serviceProvider";

const discovery: Check = {
  name: "discovery",
  promise: "the realm says of itself what the stack says of it",
  setting: "keycloak.url and keycloak.realm",
  writes: false,
  run: async ({ endpoints }) => {
    const { json } = await endpoints.get("/.well-known/openid-configuration");
    const { issuer, token_endpoint: token } = json as { issuer?: string; token_endpoint?: string };
    const methods = (json.code_challenge_methods_supported ?? []) as string[];
    return unless(
      [
        ...(issuer === endpoints.issuer
          ? []
          : [`the issuer is ${issuer ?? "missing"}, not ${endpoints.issuer}`]),
        ...(token?.startsWith(`${endpoints.issuer}/`)
          ? []
          : [`tokens are issued at ${token ?? "no address"}`]),
        ...(methods.includes("S256") ? [] : ["PKCE by S256 is not offered"]),
      ],
      `issuer ${endpoints.issuer}`,
    );
  },
};

const keys: Check = {
  name: "signing-keys",
  promise: "anybody can verify a token by the realm's published keys, and those hold no private part",
  setting: "what Realm and BitbucketSignIn always set (signature algorithms)",
  writes: true,
  kind: "oidc",
  run: async (context) => {
    const { json } = await context.endpoints.get("/protocol/openid-connect/certs");
    const published = (json.keys ?? []) as Record<string, unknown>[];
    const leaked = published.filter((key) => ["d", "p", "q", "k"].some((part) => part in key));
    if (leaked.length > 0) {
      const problems = leaked.map(({ kid }) => `key ${String(kid)} is published with its private part`);
      return { ok: false, found: problems.join("; ") };
    }
    // The relying party verifies the ID token by those keys, and throws where it cannot.
    const { access } = await signIn(context, await member(context));
    const { jwtVerify, createLocalJWKSet } = await import("jose");
    const { protectedHeader } = await jwtVerify(access, createLocalJWKSet({ keys: published }), {
      issuer: context.endpoints.issuer,
    });
    return { ok: true, found: `${published.length} keys, tokens signed by ${protectedHeader.alg}` };
  },
};

const registration: Check = {
  name: "no-self-registration",
  promise: "nobody makes an account for themselves",
  setting: "what Realm always sets (registrationAllowed)",
  writes: false,
  run: async ({ endpoints, client, settings }) => {
    // By SAML there is no such page of Bitbucket's client; Keycloak's own account pages have one.
    const [client_id, redirect_uri] =
      settings.signIn.kind === "saml"
        ? ["account", `${endpoints.issuer}/account/`]
        : [client.clientId, client.redirectUri];
    const query = { client_id, redirect_uri, response_type: "code" };
    const { status, text } = await endpoints.get("/protocol/openid-connect/registrations", {
      ...query,
      scope: "openid",
      code_challenge: "x".repeat(43),
      code_challenge_method: "S256",
    });
    const offered = status === 200 && /<form[^>]*login-actions\/registration/s.test(text);
    return { ok: !offered, found: offered ? "the page to register is open" : `refused (${status})` };
  },
};

const uniqueEmail: Check = {
  name: "unique-email",
  promise: "no two people have one e-mail address, by which accounts are matched",
  setting: "what Realm always sets (duplicateEmailsAllowed)",
  writes: true,
  run: async (context) => {
    const { email } = await member(context);
    const status = await context.throwAway.second(email);
    if (status === 409) return { ok: true, found: "a second is refused (409)" };
    return { ok: false, found: status < 400 ? "a second person was made" : `answered ${status}` };
  },
};

const ownProfile: Check = {
  name: "own-profile",
  promise: "nobody changes their own e-mail address or name",
  setting: "what Realm always sets (user profile)",
  writes: false,
  run: async ({ keycloak }) => {
    type Profile = {
      attributes: { name: string; permissions?: { edit: string[] } }[];
      unmanagedAttributePolicy?: string;
    };
    const profile = await keycloak.get<Profile>("users/profile");
    const open = (profile?.attributes ?? []).filter(
      ({ permissions }) => permissions === undefined || permissions.edit.includes("user"),
    );
    const unmanaged = profile?.unmanagedAttributePolicy === "ENABLED" ? ["any attribute at all"] : [];
    return unless(
      [...open.map(({ name }) => name), ...unmanaged].map((name) => `people may change ${name} themselves`),
      "only administrators change profiles",
    );
  },
};

const passwords: Check = {
  name: "password-policy",
  promise: "a short password is not taken",
  setting: "what Realm always sets (passwordPolicy)",
  writes: true,
  run: async ({ throwAway }) => {
    const status = await throwAway.tryPassword((await throwAway.person()).id, "Sh0rt!");
    if (status === 400) return { ok: true, found: "refused (400)" };
    return {
      ok: false,
      found: status < 400 ? "a password of six characters was taken" : `answered ${status}`,
    };
  },
};

const guessing: Check = {
  name: "brute-force",
  promise: "who guesses passwords is locked out",
  setting: "what Realm always sets (bruteForceDetection)",
  writes: true,
  run: async (context) => {
    const person = await context.throwAway.person();
    // Where nobody gets in at all, that somebody is locked out says nothing.
    await enter(context, person);
    for (let guess = 0; guess < 6; guess++) {
      await enter(context, { ...person, password: `wrong-${guess}` }).catch(() => undefined);
    }
    const got = await enter(context, person).then(
      () => true,
      () => false,
    );
    return {
      ok: !got,
      found: got ? "the right password was taken after 6 wrong ones" : "locked out after 6 guesses",
    };
  },
};

/** Whoever looks into a leak asks for these. */
const refusals = [
  "LOGIN_ERROR",
  "REFRESH_TOKEN_ERROR",
  "TOKEN_EXCHANGE_ERROR",
  "INTROSPECT_TOKEN_ERROR",
  "CLIENT_LOGIN_ERROR",
];

const events: Check = {
  name: "event-log",
  promise: "each sign-in, each refusal, and each act of an administrator is kept in the event log",
  setting: "lifetimes.events",
  writes: true,
  run: async (context) => {
    const { keycloak, settings } = context;
    const person = await member(context);
    await enter(context, person);
    const config = await keycloak.get<{ eventsExpiration?: number; enabledEventTypes?: string[] }>(
      "events/config",
    );
    const types = config?.enabledEventTypes ?? [];
    const logins = (await keycloak.get<unknown[]>("events", { type: "LOGIN", user: person.id })) ?? [];
    const path = `users/${person.id}*`;
    const acts = (await keycloak.get<unknown[]>("admin-events", { resourcePath: path })) ?? [];
    const kept = config?.eventsExpiration ?? 0;
    const { events: declared } = settings.lifetimes;
    return unless(
      [
        ...(logins.length > 0 ? [] : ["a sign-in left no event"]),
        ...(acts.length > 0 ? [] : ["an administrator's act left no event"]),
        ...refusals.filter((type) => !types.includes(type)).map((type) => `${type} leaves no event`),
        ...(kept === declared ? [] : [`events are kept for ${kept} s, not ${declared} s`]),
      ],
      `both are there, kept for ${kept} s`,
    );
  },
};

export const serverChecks = [
  discovery,
  keys,
  registration,
  uniqueEmail,
  ownProfile,
  passwords,
  guessing,
  events,
];
