/**
 * A realm on a server with the extension: one identity provider for the workspace, clients that are bound to its
 * repositories, and the event log, which has to tell of every attempt.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureExtendedKeycloak } from "../../../toolchain/build";
import { freePort, startKeycloak } from "../../../toolchain/keycloak";
import { observed } from "../../refusals/record";

const assertionType = "urn:bitbucket:params:oauth:client-assertion-type:pipelines-jwt";
export const alias = "acme-pipelines";

export interface Server {
  readonly url: string;
  /** A request to the admin API; throws unless it succeeds. */
  readonly admin: (method: string, path: string, body?: unknown) => Promise<unknown>;
  readonly stop: () => Promise<void>;
}

export async function startServer(version: string): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "keycloak-extension-e2e-"));
  const distribution = await ensureExtendedKeycloak(version);
  const admin = { user: "admin", password: randomBytes(24).toString("base64url") };
  const server = await startKeycloak({ distribution, folder, port: await freePort(), admin });
  const url = await observed(server.url);
  let token = { text: "", until: 0 };
  const signedIn = async (): Promise<string> => {
    if (Date.now() < token.until) return token.text;
    const body = new URLSearchParams({ grant_type: "password", client_id: "admin-cli" });
    body.set("username", admin.user);
    body.set("password", admin.password);
    const answer = await fetch(`${url}/realms/master/protocol/openid-connect/token`, {
      method: "POST",
      body,
    });
    const { access_token: text } = (await answer.json()) as { access_token: string };
    token = { text, until: Date.now() + 30_000 };
    return text;
  };
  return {
    url,
    admin: async (method, path, body) => {
      const authorization = `Bearer ${await signedIn()}`;
      const answer = await fetch(`${url}/admin${path}`, {
        method,
        headers: { authorization, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
      return text === "" ? undefined : (JSON.parse(text) as unknown);
    },
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly access_token?: string;
  readonly error?: string;
  readonly error_description?: string;
}

export interface LoggedEvent {
  readonly type: string;
  readonly clientId?: string;
  readonly error?: string;
  readonly details?: Readonly<Record<string, string>>;
}

export class PipelinesRealm {
  private constructor(
    private readonly server: Server,
    readonly name: string,
  ) {}

  /** @param config of the identity provider, see PipelinesConfig */
  static async make(
    server: Server,
    name: string,
    config: Readonly<Record<string, string>>,
  ): Promise<PipelinesRealm> {
    await server.admin("POST", "/realms", { realm: name, enabled: true, eventsEnabled: true });
    const realm = new PipelinesRealm(server, name);
    await realm.admin("POST", "/identity-provider/instances", provider(config));
    return realm;
  }

  get issuer(): string {
    return `${this.server.url}/realms/${this.name}`;
  }

  admin(method: string, path: string, body?: unknown): Promise<unknown> {
    return this.server.admin(method, `/realms/${this.name}${path}`, body);
  }

  /** @returns its id */
  async client(clientId: string, bound: string, more: object = {}): Promise<string> {
    await this.admin("POST", "/clients", {
      clientId,
      serviceAccountsEnabled: true,
      standardFlowEnabled: false,
      clientAuthenticatorType: "federated-jwt",
      attributes: { "jwt.credential.issuer": alias, "jwt.credential.sub": bound },
      ...more,
    });
    const [found] = (await this.admin("GET", `/clients?clientId=${clientId}`)) as { id: string }[];
    return found?.id ?? "";
  }

  /** Asks for a token as a step does. */
  async signIn(assertion: string, more: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const response = await fetch(`${this.issuer}/protocol/openid-connect/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_assertion_type: assertionType,
        client_assertion: assertion,
        ...more,
      }),
    });
    return { status: response.status, ...((await response.json()) as object) };
  }

  /** What was logged since this was last asked. */
  async events(): Promise<LoggedEvent[]> {
    const events = (await this.admin("GET", "/events?max=1000")) as LoggedEvent[];
    await this.admin("DELETE", "/events");
    return events;
  }
}

export function provider(config: Readonly<Record<string, string>>): object {
  return { alias, providerId: "bitbucket-pipelines", enabled: true, config };
}
