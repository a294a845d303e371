/**
 * What an organisation may do to an account that it manages. Disabling somebody in Keycloak leaves the API tokens and
 * SSH keys of their Atlassian account working; an account that is disabled has neither.
 *
 * https://developer.atlassian.com/cloud/admin/user-management/rest/
 */
import { type Answer, mayRepeat, type Method, send } from "@bitbucket-keycloak/http";
import type { OrganizationCredentials } from "@pulumi/bitbucket/api/credentials";

interface Token {
  readonly id: string;
}

/** What an organisation may do to an account. */
export type Manageable =
  /** It is another organisation's, or nobody's. */
  | { readonly by: "nobody" }
  /** The organisation's key was made with scopes, and such a key manages no account. */
  | { readonly by: "another key" }
  /** `kept`: who alone may disable it. Example: `externalDirectory.scim`. Absent: the organisation may. */
  | { readonly by: "organisation"; readonly tokens: boolean; readonly kept?: string };

interface Privilege {
  readonly allowed?: boolean;
  readonly reason?: string | { readonly key?: string };
}

export class ManagedAccount {
  /** @param url address of the API. Example: `https://api.atlassian.com` */
  constructor(
    private readonly url: string,
    private readonly accountId: string,
    private readonly organization: OrganizationCredentials,
  ) {}

  /** To be asked first. @throws Error if Atlassian does not say */
  async may(): Promise<Manageable> {
    const answer = await this.send("GET", "");
    if (answer.status === 403 && answer.text.includes("manage:org")) return { by: "another key" };
    if (answer.status === 403 || answer.status === 404) return { by: "nobody" };
    if (!answer.ok) throw this.refused("GET", "", answer.status);
    const may = answer.json() as Readonly<Record<string, Privilege | undefined>>;
    const { allowed = false, reason } = may["lifecycle.enablement"] ?? {};
    const why = typeof reason === "string" ? reason : reason?.key;
    const tokens = may["apiToken.delete"]?.allowed ?? false;
    return { by: "organisation", tokens, ...(!allowed && { kept: why ?? "unknown" }) };
  }

  /** @throws Error if the account is not the organisation's to manage */
  async tokens(): Promise<string[]> {
    const answer = (await this.ask("GET", "api-tokens")) as readonly Token[];
    return answer.map(({ id }) => id);
  }

  /** Revokes an API token by its id. @throws Error if the account is not the organisation's to manage */
  async revoke(token: string): Promise<void> {
    await this.ask("DELETE", `api-tokens/${encodeURIComponent(token)}`);
  }

  /** `active`, `inactive` or `closed`. @throws Error if Atlassian does not say */
  async status(): Promise<string> {
    const answer = (await this.ask("GET", "profile")) as
      { account?: { account_status?: string } } | undefined;
    const status = answer?.account?.account_status;
    if (status === undefined) throw new Error("Atlassian does not say whether the account is active");
    return status;
  }

  /** Disables the account; it can be enabled again. @throws Error if the account is not the organisation's to manage */
  async disable(): Promise<void> {
    await this.ask("POST", "lifecycle/disable", { message: "Off-boarded" });
  }

  private async ask(method: Method, path: string, json?: unknown): Promise<unknown> {
    const answer = await this.send(method, path, json);
    if (answer.ok) return answer.text === "" ? undefined : answer.json();
    throw this.refused(method, path, answer.status);
  }

  private send(method: Method, path: string, json?: unknown): Promise<Answer> {
    const under = path === "" ? "" : `/${path}`;
    return send(`${this.url}/users/${encodeURIComponent(this.accountId)}/manage${under}`, {
      method,
      headers: { authorization: `Bearer ${this.organization.key}` },
      json,
      // A second DELETE would find nothing, which looks like an account that is not managed.
      ...(method === "DELETE" && { mayRepeat: (outcome) => mayRepeat("POST", outcome) }),
    });
  }

  private refused(method: Method, path: string, status: number): Error {
    return new Error(
      `Atlassian answered ${status} to ${method} ${path}: the account may not be managed by organisation ${this.organization.id}, or the key lacks the right`,
    );
  }
}

/** Beside the emulator's own API, as it is there. */
export function atlassianUrl(bitbucketUrl: string): string {
  return new URL(bitbucketUrl).hostname === "api.bitbucket.org" ? "https://api.atlassian.com" : bitbucketUrl;
}
