/**
 * Programs that act for people. A person signs in at the client `agents` and hands the token to one agent, which
 * exchanges it for a token of its own. The person's token carries no right. The agent's carries what it asked for, of
 * what the person may *and* the agent may: a scope for each right, which Keycloak refuses to an agent that does not have
 * it, and leaves out for a person whose roles do not hold it.
 */
import * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";
import { type DesiredAgent, peoplesClient } from "../access";
import { Agent, agentProblems } from "./agent";
import type { Realm } from "./realm";
import { roleIdOf, type Rights } from "./rights";
import { refuse, twice } from "./validate";

export interface AgentsArgs {
  realm: Realm;
  rights: Pick<Rights, "roleIds">;
  /** One at least. */
  agents: readonly DesiredAgent[];
}

/** Where their browser takes the code back to; any port, as RFC 8252 has it for the loopback. */
const loopback = "http://127.0.0.1/callback";

export class Agents extends pulumi.ComponentResource {
  private readonly inside: pulumi.CustomResourceOptions;

  constructor(name: string, { realm, rights, agents }: AgentsArgs, opts?: pulumi.ComponentResourceOptions) {
    refuse(
      twice(
        "agents",
        agents.map((agent) => agent.name),
      ),
      ...agents.flatMap(agentProblems),
    );
    const rightsOfAll = [...new Set(agents.flatMap((agent) => agent.roles))].sort();
    const roles = rightsOfAll.map((role) => ({ role, id: roleIdOf("agents", role, rights) }));
    super("bitbucket-keycloak:index:Agents", name, {}, opts);
    this.inside = realm.inside(this);

    const scopes = new Map(roles.map(({ role, id }) => [role, this.placeRight(realm, role, id)]));
    const placed = agents.map((agent) => {
      const own = agent.roles.flatMap((role) => scopes.get(role) ?? []);
      return new Agent(agent.name, { realm, agent, scopes: own }, { parent: this });
    });
    this.placePeoplesClient(
      realm,
      placed.map(({ handedBy }) => handedBy),
    );
    this.registerOutputs({});
  }

  /** A scope that only somebody with the role of this name gets. */
  private placeRight(realm: Realm, role: string, roleId: pulumi.Output<string>): pulumi.Output<string> {
    const realmId = realm.id;
    const scope = new keycloak.openid.ClientScope(
      role,
      { realmId, name: role, description: "A right that an agent may ask for", includeInTokenScope: true },
      this.inside,
    );
    new keycloak.GenericRoleMapper(role, { realmId, clientScopeId: scope.id, roleId }, this.inside);
    return scope.name;
  }

  private placePeoplesClient(realm: Realm, optionalScopes: pulumi.Output<string>[]): void {
    const { id: realmId } = realm;
    const client = new keycloak.openid.Client(
      peoplesClient,
      {
        realmId,
        clientId: peoplesClient,
        name: "Agents",
        enabled: realm.on("client", peoplesClient),
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
