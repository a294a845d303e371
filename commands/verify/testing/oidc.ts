/** Keycloak's sign-in by OIDC, as the realm's data says. */
import { createHash, randomUUID } from "node:crypto";
import type { Events } from "./admin";
import { clientOf, type Client, type Person, type Realm } from "./model";
import { done, page, refused, said, sent, type Answered, type Asked } from "./server";
import { payloadOf, rolesOf, Tokens, type Claims, type Holder } from "./tokens";

interface Session extends Holder {
  /** Ids of the refresh tokens that were used. */
  readonly spent: Set<string>;
  ended: boolean;
  detached: boolean;
}

interface Login {
  /** Where the person goes once they are let in. */
  readonly enters: (person: Person) => Answered;
}

const protocol = "/protocol/openid-connect";
const invalidClient = refused(401, "unauthorized_client", "Invalid client or Invalid client credentials");
const errorPage = (why: string) => page(`<p class="instruction">${why}</p>`, 400);
const wrongPassword = "Invalid username or password.";

/** The public addresses of one realm, and who is signed in. */
export class OpenId {
  private readonly logins = new Map<string, Login>();
  private readonly codes = new Map<string, { session: Session; query: Asked["query"] }>();
  private readonly sessions = new Map<string, Session>();
  private readonly revoked = new Set<string>();
  private readonly tokens: Tokens;

  constructor(
    private readonly realm: Realm,
    private readonly events: Events,
  ) {
    this.tokens = new Tokens(realm);
  }

  /** @param path below the realm */
  answer(path: string, asked: Asked): Answered | undefined {
    const { realm } = this;
    switch (`${asked.method} ${path}`) {
      case "GET /.well-known/openid-configuration":
        return said(this.configuration());
      case `GET ${protocol}/certs`:
        return said({ keys: [this.tokens.publicKey()] });
      case `GET ${protocol}/auth`:
        return this.authorize(asked.query);
      case `GET ${protocol}/registrations`:
        return realm.registrationAllowed
          ? page(`<form action="${realm.address}/login-actions/registration?x=1">`)
          : errorPage("Registration not allowed");
      case "POST /login-actions/authenticate":
        return this.authenticate(asked);
      case "POST /login-actions/required-action":
        return this.completeProfile(asked);
      case "POST /account":
        return this.changeAccount(asked);
      case `POST ${protocol}/token`:
        return this.token(asked.form);
      case `POST ${protocol}/token/introspect`:
        return this.introspect(asked.form);
      case `POST ${protocol}/revoke`:
        return this.revoke(asked.form);
      case `POST ${protocol}/logout`:
        return this.signOut(asked.form);
      case `GET ${protocol}/logout`:
        return this.leave(asked.query);
      case `GET ${protocol}/userinfo`:
        return this.isTaken(asked.authorization.replace("Bearer ", "")) ? said({}) : said({}, 401);
      default:
        return undefined;
    }
  }

  /** The page with the form of the password. */
  askPassword(login: Login): Answered {
    const { pages } = this.realm.faults;
    if (pages !== undefined) return page("out of order", pages);
    const id = randomUUID();
    this.logins.set(id, login);
    return page(loginForm(this.realm, id));
  }

  private authenticate({ query, form }: Asked): Answered {
    const { realm } = this;
    const login = this.logins.get(query.session_code ?? "");
    if (login === undefined) return errorPage("Page has expired");
    const person = realm.people.find(({ username }) => username === form.username);
    const isLocked = realm.bruteForceProtected && (person?.guesses ?? 0) >= 5;
    if (person === undefined || person.password !== form.password || isLocked) {
      if (person) person.guesses += 1;
      return page(`<span id="input-error">${wrongPassword}</span>${loginForm(realm, query.session_code)}`);
    }
    if (!person.enabled && realm.faults.passwordOutlivesPerson !== true)
      return page(`<span id="input-error">Account is disabled, contact your administrator.</span>`);
    if (realm.faults.afterPassword !== undefined)
      return page(`<p class="instruction">${realm.faults.afterPassword}</p>`);
    person.guesses = 0;
    if (realm.eventsEnabled) this.events.logins.push(person.id);
    if (person.requiredActions?.includes("UPDATE_PROFILE")) {
      this.logins.set(person.id, login);
      const action = `${realm.address}/login-actions/required-action?session_code=${person.id}`;
      return page(`<form id="kc-update-profile-form" action="${action}" method="post">`);
    }
    return login.enters(person);
  }

  private completeProfile({ query, form }: Asked): Answered {
    const { people, faults } = this.realm;
    const login = this.logins.get(query.session_code ?? "");
    const person = people.find(({ id }) => id === query.session_code);
    if (login === undefined || person === undefined) return errorPage("Page has expired");
    // What its holder may not change is not read from the form.
    if (this.mayRename || faults.formTakesAnything === true) person.username = form.username ?? "";
    return login.enters(person);
  }

  private changeAccount({ authorization, json }: Asked): Answered {
    const token = payloadOf(authorization.replace("Bearer ", ""));
    const person = this.realm.people.find(({ id }) => id === token.sub);
    if (person === undefined) return said({}, 401);
    if (json.username === person.username) return done;
    if (!this.mayRename) return said({ errorMessage: "error-user-attribute-read-only" }, 400);
    person.username = String(json.username);
    return done;
  }

  private get mayRename(): boolean {
    const username = this.realm.profile.attributes.find(({ name }) => name === "username");
    return username?.permissions?.edit.includes("user") !== false;
  }

  private authorize(query: Asked["query"]): Answered {
    const { realm } = this;
    const client = realm.clients.find(({ clientId }) => clientId === query.client_id);
    const target = query.redirect_uri ?? "";
    if (client === undefined || !takes(client.redirectUris, target))
      return errorPage("Invalid parameter: redirect_uri");
    const why = refusalOf(client, query);
    if (why !== undefined) {
      const says = new URLSearchParams({ error: why[0], error_description: why[1] });
      return sent(`${target}${query.response_type === "code" ? "?" : "#"}${says.toString()}`);
    }
    return this.askPassword({ enters: (person) => this.enters(person, client, query) });
  }

  private enters(person: Person, client: Client, query: Asked["query"]): Answered {
    const session = {
      id: randomUUID(),
      person,
      client,
      spent: new Set<string>(),
      ended: false,
      detached: false,
    };
    this.sessions.set(session.id, session);
    const code = randomUUID();
    this.codes.set(code, { session, query });
    const says = new URLSearchParams({ code, state: query.state ?? "", iss: this.realm.issuer });
    return sent(`${query.redirect_uri ?? ""}?${says.toString()}`);
  }

  private token(form: Asked["form"]): Answered {
    const { realm } = this;
    const client = this.proved(form);
    if (client === undefined) return invalidClient;
    switch (form.grant_type ?? "") {
      case "authorization_code":
        return this.redeem(client, form);
      case "refresh_token":
        return this.refresh(form.refresh_token ?? "");
      case "password":
        return client.directAccessGrantsEnabled
          ? refused(401, "invalid_grant", "Invalid user credentials")
          : refused(400, "unauthorized_client", "Client not allowed for direct access grants");
      case "client_credentials": {
        if (!client.serviceAccountsEnabled || realm.faults.servicesGetNoToken === true)
          return refused(401, "unauthorized_client", "Client not enabled to retrieve service account");
        const own = Object.fromEntries(client.mappers.map(({ claim, says }) => [claim, says]));
        const access = this.tokens.accessToken(client, {
          ...own,
          ...this.tokens.rolesIn(client, client.holds),
        });
        const fault = realm.faults.serviceAccountsRefresh === true;
        return said({ access_token: access, ...(fault && { refresh_token: "one" }) });
      }
      default:
        return this.exchange(client, form);
    }
  }

  private redeem(client: Client, { code = "", code_verifier = "" }: Asked["form"]): Answered {
    const found = this.codes.get(code);
    const challenge = createHash("sha256").update(code_verifier).digest("base64url");
    if (found?.query.code_challenge !== challenge) return refused(400, "invalid_grant", "Code not valid");
    this.codes.delete(code);
    const { session } = found;
    const claims = {
      ...this.tokens.saidOf(session.person, [...client.mappers, ...this.realm.sharedMappers]),
      aud: client.clientId,
      ...(found.query.nonce !== undefined && { nonce: found.query.nonce }),
    };
    const id = this.tokens.idToken(session.person, claims);
    return said({ ...this.tokensOf(session), id_token: id });
  }

  private tokensOf(session: Session, token = this.tokens.refreshToken(session)) {
    const { client, person } = session;
    const says = { sid: session.id, ...this.tokens.rolesIn(client, rolesOf(this.realm, person)) };
    const access = this.tokens.accessToken(client, says, person);
    return { token_type: "Bearer", access_token: access, refresh_token: token };
  }

  private refresh(token: string): Answered {
    const { revokeRefreshToken, faults } = this.realm;
    const session = this.sessions.get(String(payloadOf(token).sid));
    const id = String(payloadOf(token).jti);
    if (faults.refreshes === "refused") return refused(400, "invalid_grant", "Token is not active");
    if (session === undefined || session.ended || this.revoked.has(token) || this.isOut(session.person))
      return refused(400, "invalid_grant", "Session not active");
    if (session.detached) return refused(400, "invalid_grant", "Session doesn't have required client");
    if (revokeRefreshToken && session.spent.has(id)) {
      session.detached = faults.sessionOutlivesReuse !== true;
      return refused(400, "invalid_grant", "Maximum allowed refresh token reuse exceeded");
    }
    if (faults.refreshTokenStays === true) return said(this.tokensOf(session, token));
    session.spent.add(id);
    return said(this.tokensOf(session));
  }

  private exchange(client: Client, form: Asked["form"]): Answered {
    const { faults, people, scopes } = this.realm;
    if (client.attributes["standard.token.exchange.enabled"] !== "true")
      return refused(
        400,
        "invalid_request",
        "Standard token exchange is not enabled for the requested client",
      );
    const asked = (form.scope ?? "").split(" ").filter(Boolean);
    const strange = asked.filter((name) => !client.optionalClientScopes.includes(name));
    if (strange.length > 0 && faults.exchangeTakesAnyScope !== true)
      return refused(400, "invalid_scope", `Invalid scopes: ${asked.join(" ")}`);
    const person = people.find(({ id }) => id === payloadOf(form.subject_token ?? "").sub);
    if (person === undefined) return refused(400, "invalid_token", "Invalid token");
    const held = rolesOf(this.realm, person);
    const brought = asked.flatMap((name) => scopes.get(name) ?? []);
    const access = this.tokens.accessToken(client, { ...this.tokens.rolesIn(client, held, brought) }, person);
    return said({ access_token: access });
  }

  private introspect(form: Asked["form"]): Answered {
    if (this.proved(form) === undefined) return invalidClient;
    return said({ active: this.isTaken(form.token ?? "") });
  }

  private revoke({ token = "" }: Asked["form"]): Answered {
    if (this.realm.faults.tokensOutliveRevocation === true) return done;
    this.revoked.add(token);
    return said({});
  }

  private signOut({ refresh_token = "" }: Asked["form"]): Answered {
    const session = this.sessions.get(String(payloadOf(refresh_token).sid));
    if (session && this.realm.faults.tokensOutliveSignOut !== true) session.ended = true;
    return done;
  }

  private leave({ id_token_hint = "", post_logout_redirect_uri: target = "" }: Asked["query"]): Answered {
    const client = clientOf(this.realm, String(payloadOf(id_token_hint).aud));
    const allowed = (client.attributes["post.logout.redirect.uris"] ?? "").split("##");
    return takes(allowed, target) ? sent(target) : errorPage("Invalid redirect uri");
  }

  /** The client that the form speaks for, if it proves it. */
  private proved({ client_id, client_secret }: Asked["form"]): Client | undefined {
    const { clients, faults } = this.realm;
    const client = clients.find(({ clientId }) => clientId === client_id);
    if (client?.enabled !== true || client.bearerOnly) return undefined;
    if (client.publicClient) return client;
    if (client.clientAuthenticatorType === "client-secret")
      return client.secret === client_secret || faults.secretIsNotAsked === true ? client : undefined;
    return faults.assertionIsNotAsked === true ? { ...client, serviceAccountsEnabled: true } : undefined;
  }

  private isTaken(token: string): boolean {
    const { exp, sid } = payloadOf(token);
    const session = this.sessions.get(String(sid));
    const isOver = Number(exp) * 1000 <= Date.now() && this.realm.faults.tokensAreForever !== true;
    if (isOver || this.revoked.has(token)) return false;
    return session === undefined || !(session.ended || this.isOut(session.person));
  }

  private isOut({ enabled }: Person): boolean {
    return !enabled && this.realm.faults.tokensOutlivePerson !== true;
  }

  private configuration(): Claims {
    const { address, issuer, tokenEndpoint, codeChallengeMethods } = this.realm;
    return {
      issuer,
      authorization_endpoint: `${address}${protocol}/auth`,
      token_endpoint: tokenEndpoint,
      jwks_uri: `${address}${protocol}/certs`,
      code_challenge_methods_supported: codeChallengeMethods,
      id_token_signing_alg_values_supported: ["ES256"],
      authorization_response_iss_parameter_supported: true,
    };
  }
}

/** Why a sign-in does not begin. */
function refusalOf(
  client: Client,
  query: Asked["query"],
): readonly [code: string, about: string] | undefined {
  const types = (query.response_type ?? "").split(" ");
  if (types.some((type) => type !== "code") && !client.implicitFlowEnabled)
    return [
      "unauthorized_client",
      "Client is not allowed to initiate browser login with given response_type",
    ];
  if (types.includes("code") && !client.standardFlowEnabled)
    return ["unauthorized_client", "Standard flow is disabled for the client"];
  const method = client.attributes["pkce.code.challenge.method"];
  const isPlainTaken = method === "plain" && query.code_challenge_method === "plain";
  if (method && query.code_challenge_method !== "S256" && !isPlainTaken)
    return ["invalid_request", "Missing parameter: code_challenge_method"];
  const known = ["openid", ...client.defaultClientScopes, ...client.optionalClientScopes];
  const asked = (query.scope ?? "").split(" ");
  return asked.every((name) => known.includes(name))
    ? undefined
    : ["invalid_scope", `Invalid scopes: ${asked.join(" ")}`];
}

/** Whether an address is one of these; one that ends in a star stands for all that begin so. */
function takes(addresses: readonly string[], address: string): boolean {
  return addresses.some((one) =>
    one.endsWith("*") ? address.startsWith(one.slice(0, -1)) : address === one,
  );
}

function loginForm({ address }: Realm, id = ""): string {
  return `<form id="kc-form-login" action="${address}/login-actions/authenticate?a=1&amp;session_code=${id}" method="post">`;
}
