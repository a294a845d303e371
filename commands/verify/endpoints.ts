/** The realm's public addresses, asked as anybody could ask them: what comes back is evaluated by the checks. */
import { type Call, once, send } from "@bitbucket-keycloak/http";

export interface Answer {
  readonly status: number;
  /** Empty where the answer is no JSON. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** Where it leads on to; empty if nowhere. */
  readonly location: string;
}

export class Endpoints {
  /** @param issuer example: `https://keycloak.acme.example/realms/acme` */
  constructor(readonly issuer: string) {}

  get(path: string, query: Readonly<Record<string, string>> = {}, token?: string): Promise<Answer> {
    const search = new URLSearchParams(query).toString();
    const headers = token === undefined ? undefined : { authorization: `Bearer ${token}` };
    return ask(`${this.issuer}${path}${search && `?${search}`}`, { ...(headers && { headers }) });
  }

  /** The start of a sign-in: 200 is the login page. */
  authorize(query: Readonly<Record<string, string>>): Promise<Answer> {
    return this.get(`${oidc}/auth`, query);
  }

  /** Where a browser begins a sign-in. */
  authorizationUrl(query: Readonly<Record<string, string>>): string {
    return `${this.issuer}${oidc}/auth?${new URLSearchParams(query).toString()}`;
  }

  /** What a person's own console does with their account. */
  account(token: string, json: unknown): Promise<Answer> {
    const headers = { authorization: `Bearer ${token}`, accept: "application/json" };
    return ask(`${this.issuer}/account`, { method: "POST", headers, json });
  }

  /** @param path `token`, `revoke`, `logout` or `token/introspect` */
  post(path: string, form: Readonly<Record<string, string>>): Promise<Answer> {
    return ask(`${this.issuer}${oidc}/${path}`, { method: "POST", form });
  }

  /** Whether the realm takes an access token. */
  async takes(accessToken: string): Promise<boolean> {
    return (await this.get(`${oidc}/userinfo`, {}, accessToken)).status === 200;
  }
}

const oidc = "/protocol/openid-connect";

/** Once, and whatever comes: what the server says is what is examined. */
async function ask(address: string, call: Call): Promise<Answer> {
  const answer = await send(address, { ...call, redirect: "manual", patience: once });
  const isJson = answer.headers.get("content-type")?.includes("json") ?? false;
  return {
    status: answer.status,
    json: (isJson ? answer.json() : {}) as Record<string, unknown>,
    text: answer.text,
    location: answer.headers.get("location") ?? "",
  };
}

/** The code of a refusal and what the server says about it: `invalid_grant: Token is not active`. */
export function refusalOf({ status, json, location }: Answer): string | undefined {
  const query = location === "" ? undefined : new URL(location.replace("#", "?")).searchParams;
  const code = json.error ?? query?.get("error") ?? (status >= 400 ? String(status) : undefined);
  const about = json.error_description ?? query?.get("error_description");
  return code === undefined ? undefined : [code, about].filter((part) => typeof part === "string").join(": ");
}
