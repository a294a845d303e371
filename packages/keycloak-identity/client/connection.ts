/** One server, signed in to once for all that ask it; `packages/http` lets only a few requests be under way at once. */
import { type Answer, type Call, HttpError, mayRepeat, type Method, send } from "@bitbucket-keycloak/http";
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import { credentialNames, type KeycloakCredentials, signInOf } from "./credentials";

/** Keycloak said no, or nothing; the message says which address, what came back and what to do. */
export class KeycloakError extends Problem {
  override readonly name = "KeycloakError";
  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(message);
  }
}

/** Renewed this long before it ends; admin tokens live 60 s unless the realm that they are of says otherwise. */
const tokenMargin = 10_000;

interface Token {
  readonly value: string;
  readonly endsAt: number;
}

interface Asked {
  readonly json?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** The realm that is asked about, for errors. */
  readonly realm?: string;
}

export class Connection {
  private token: Token | undefined;
  private signing: Promise<Token> | undefined;

  /**
   * @param signInRealm the realm that the credentials are of
   * @param setting what the address is set by, for errors
   */
  constructor(
    readonly url: string,
    private readonly credentials: KeycloakCredentials,
    private readonly signInRealm = "master",
    private readonly setting = "the provider's url",
  ) {}

  /**
   * As an environment says, see {@link signInOf}.
   *
   * @param more the realm of the credentials (default: the environment's), and what the address is set by
   * @throws KeycloakError if the environment has no credentials, or what cannot be some
   */
  static from(
    url: string,
    env: NodeJS.ProcessEnv,
    { realm, setting }: { readonly realm?: string | undefined; readonly setting?: string } = {},
  ): Connection {
    const found = signInOf(env);
    if ("problem" in found) throw new KeycloakError(found.problem);
    return new Connection(url, found.credentials, realm ?? found.realm, setting);
  }

  /**
   * @param path below the server's address
   * @returns undefined where there is nothing (404)
   * @throws KeycloakError where Keycloak refuses it or does not answer
   */
  async request(
    method: Method,
    path: string,
    { json, signal, realm }: Asked = {},
  ): Promise<Answer | undefined> {
    const url = new URL(this.url + path);
    const headers = { authorization: `Bearer ${await this.accessToken()}` };
    const answer = await this.reach(url, { method, headers, json, ...(signal && { signal }) });
    if (answer.status === 404) return undefined;
    if (answer.ok) return answer;
    const isRefused = answer.status === 401 || answer.status === 403;
    const why = isRefused
      ? `the account in use may lack the ${realm === undefined ? "administrator's roles" : `realm-management roles of realm ${realm}`}`
      : answer.quoted();
    throw new KeycloakError(
      `Keycloak answered ${answer.status} to ${method} ${url.pathname}: ${why}`,
      answer.status,
    );
  }

  /** What the account's own access token says of it. @throws KeycloakError where it cannot sign in */
  async claims(): Promise<Readonly<Record<string, unknown>>> {
    const [, payload = ""] = (await this.accessToken()).split(".");
    return JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Record<string, unknown>;
  }

  /** Calls that come while one signs in wait for the same token. */
  private async accessToken(): Promise<string> {
    if (this.token !== undefined && this.token.endsAt - tokenMargin >= Date.now()) return this.token.value;
    this.signing ??= this.signIn().finally(() => {
      this.signing = undefined;
    });
    this.token = await this.signing;
    return this.token.value;
  }

  private async signIn(): Promise<Token> {
    const { clientId, ...proof } = this.credentials;
    const proved: Record<string, string> =
      "clientSecret" in proof
        ? { grant_type: "client_credentials", client_secret: proof.clientSecret }
        : { grant_type: "password", username: proof.username, password: proof.password };
    const form = { client_id: clientId, ...proved };
    const realm = encodeURIComponent(this.signInRealm);
    const url = new URL(`${this.url}/realms/${realm}/protocol/openid-connect/token`);
    // Another token does no harm.
    const answer = await this.reach(url, {
      method: "POST",
      form,
      mayRepeat: (outcome) => mayRepeat("GET", outcome),
    });
    if (!answer.ok) {
      const who = "username" in proof ? `user ${proof.username}` : `client ${clientId}`;
      throw new KeycloakError(
        `Keycloak at ${this.url} refused ${who} (${answer.status}): check ${credentialNames}`,
        answer.status,
      );
    }
    const token = answer.json() as { access_token: string; expires_in: number };
    return { value: token.access_token, endsAt: Date.now() + token.expires_in * 1000 };
  }

  private reach(url: URL, call: Call): Promise<Answer> {
    return send(url, call).catch((error: unknown) => {
      if (!(error instanceof HttpError)) throw error;
      throw new KeycloakError(
        `Keycloak at ${url.origin} does not answer (${error.reason}): is it running, and is ${this.setting} right?`,
      );
    });
  }
}
