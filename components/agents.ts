/**
 * Programs that act for people. A person signs in at the client `agents` and hands the token to one agent, which
 * exchanges it for a token of its own. The person's token carries no right. The agent's carries what it asked for, of
 * what the person may *and* the agent may: a scope for each right, which Keycloak refuses to an agent that does not have
 * it, and leaves out for a person whose roles do not hold it.
 */
import * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";
import { type DesiredAgent, clientIdOfAgent, peoplesClient } from "../access";
import { roleId } from "./people";
import type { Realm } from "./realm";

export interface AgentsArgs {
  realm: Realm;
  agents: readonly DesiredAgent[];
  /** Ids of the client roles, by name. */
  roleIds: ReadonlyMap<string, pulumi.Input<string>>;
}

/** Where their browser takes the code back to; any port, as RFC 8252 has it for the loopback. */
const loopback = "http://127.0.0.1/callback";

export class Agents extends pulumi.ComponentResource {
  private readonly args: AgentsArgs;
  private readonly inside: pulumi.CustomResourceOptions;

  constructor(name: string, args: AgentsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bitbucket-keycloak:index:Agents", name, {}, opts);
    this.args = args;
    this.inside = args.realm.inside(this);
    const rights = new Set(args.agents.flatMap(({ roles }) => roles));
    const scopes = new Map([...rights].sort().map((role) => [role, this.placeRight(role)]));
    for (const agent of args.agents) this.placeAgent(agent, scopes);
    this.placePeoplesClient(args.agents.map((agent) => this.placeAudience(agent)));
    this.registerOutputs({});
  }

  /** A scope that only somebody with the role of this name gets. */
  private placeRight(role: string): keycloak.openid.ClientScope {
    const realmId = this.args.realm.id;
    const scope = new keycloak.openid.ClientScope(
      role,
      { realmId, name: role, description: "A right that an agent may ask for", includeInTokenScope: true },
      this.inside,
    );
    const mapped = { realmId, clientScopeId: scope.id, roleId: roleId(this.args.roleIds, role, this) };
    new keycloak.GenericRoleMapper(role, mapped, this.inside);
    return scope;
  }

  private placeAgent(agent: DesiredAgent, scopes: ReadonlyMap<string, keycloak.openid.ClientScope>): void {
    const realmId = this.args.realm.id;
    const client = new keycloak.openid.Client(
      agent.name,
      { realmId, ...agentClient(agent) },
      // Who was disabled at night, with its owner perhaps, must not be let in again by the next run.
      { ...this.inside, ignoreChanges: ["enabled"] },
    );
    const on = { realmId, clientId: client.id };
    new keycloak.openid.ClientDefaultScopes(
      agent.name,
      { ...on, defaultScopes: ["basic", "profile", "roles"] },
      this.inside,
    );
    const optionalScopes = agent.roles.flatMap((role) => scopes.get(role)?.name ?? []);
    new keycloak.openid.ClientOptionalScopes(agent.name, { ...on, optionalScopes }, this.inside);
  }

  /** What a person asks for to hand a token to this agent: no other can exchange it. */
  private placeAudience({ name }: DesiredAgent): pulumi.Output<string> {
    const realmId = this.args.realm.id;
    const scope = new keycloak.openid.ClientScope(
      `for-${name}`,
      {
        realmId,
        name: `agent:${name}`,
        description: `Lets the agent ${name} act for you`,
        includeInTokenScope: true,
      },
      this.inside,
    );
    new keycloak.openid.AudienceProtocolMapper(
      `for-${name}`,
      {
        realmId,
        clientScopeId: scope.id,
        name: "audience",
        includedCustomAudience: clientIdOfAgent(name),
        addToIdToken: false,
      },
      this.inside,
    );
    return scope.name;
  }

  private placePeoplesClient(optionalScopes: pulumi.Output<string>[]): void {
    const realmId = this.args.realm.id;
    const client = new keycloak.openid.Client(
      peoplesClient,
      {
        realmId,
        clientId: peoplesClient,
        name: "Agents",
        accessType: "PUBLIC",
        standardFlowEnabled: true,
        implicitFlowEnabled: false,
        directAccessGrantsEnabled: false,
        pkceCodeChallengeMethod: "S256",
        fullScopeAllowed: false,
        consentRequired: true,
        validRedirectUris: [loopback],
        webOrigins: [],
        useRefreshTokens: false,
      },
      this.inside,
    );
    const on = { realmId, clientId: client.id };
    new keycloak.openid.ClientDefaultScopes(peoplesClient, { ...on, defaultScopes: ["basic"] }, this.inside);
    new keycloak.openid.ClientOptionalScopes(peoplesClient, { ...on, optionalScopes }, this.inside);
  }
}

/** It signs in by its key, exchanges tokens, and can do nothing else: no people, no service account, no refreshing. */
function agentClient(agent: DesiredAgent): Omit<keycloak.openid.ClientArgs, "realmId"> {
  return {
    clientId: clientIdOfAgent(agent.name),
    name: agent.name,
    description: `${agent.description} (owner: ${agent.owner})`,
    enabled: true,
    accessType: "CONFIDENTIAL",
    clientAuthenticatorType: "client-jwt",
    standardFlowEnabled: false,
    implicitFlowEnabled: false,
    directAccessGrantsEnabled: false,
    serviceAccountsEnabled: false,
    fullScopeAllowed: false,
    useRefreshTokens: false,
    accessTokenLifespan: String(agent.tokenLife),
    extraConfig: {
      // The provider's own property for this is in its SDK, and not in the plugin.
      "standard.token.exchange.enabled": "true",
      "use.jwks.url": "true",
      "jwks.url": agent.jwks,
      "token.endpoint.auth.signing.alg": "ES256",
      owner: agent.owner,
    },
  };
}
