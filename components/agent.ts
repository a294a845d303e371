/**
 * One program that acts for people: a client that signs in by its key and may exchange a person's token, and the scope by
 * which a person hands one to it and to no other.
 */
import * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";
import { type DesiredAgent, clientIdOfAgent, describeAgent } from "../access";
import { shown } from "../access/problem";
import type { Realm } from "./realm";
import { refuse, type ArgumentProblem } from "./validate";

export interface AgentArgs {
  realm: Realm;
  /** Name, owner, description, where its keys are, how long its tokens live (seconds), and the most that it may do. */
  agent: DesiredAgent;
  /** Names of the client scopes of its rights. */
  scopes: readonly pulumi.Output<string>[];
}

/** Seconds: the longest life of a token of its own. */
const longest = 900;

/** What is wrong with an agent. */
export function agentProblems({ name, tokenLife, jwks }: DesiredAgent): (ArgumentProblem | false)[] {
  return [
    !(tokenLife > 0 && tokenLife <= longest) && {
      path: `agent ${name}: tokenLife`,
      found: `${tokenLife} seconds`,
      allowed: `more than 0, and at most ${longest}`,
      fix: "shorten it: an agent gets another token whenever it needs one",
    },
    !URL.canParse(jwks) && {
      path: `agent ${name}: jwks`,
      found: shown(jwks),
      allowed: "an address",
      fix: "give the address of its public keys",
    },
  ];
}

export class Agent extends pulumi.ComponentResource {
  /** Name of the scope that a person asks for to hand a token to this agent: no other can exchange it. */
  readonly handedBy: pulumi.Output<string>;

  constructor(name: string, args: AgentArgs, opts?: pulumi.ComponentResourceOptions) {
    const { realm, agent } = args;
    refuse(...agentProblems(agent));
    super("bitbucket-keycloak:index:Agent", name, {}, opts);

    const inside = realm.inside(this);
    const client = new keycloak.openid.Client(
      name,
      { realmId: realm.id, ...agentClient(agent), enabled: realm.on("client", clientIdOfAgent(agent.name)) },
      inside,
    );
    const on = { realmId: realm.id, clientId: client.id };
    new keycloak.openid.ClientDefaultScopes(
      name,
      { ...on, defaultScopes: ["basic", "profile", "roles"] },
      inside,
    );
    new keycloak.openid.ClientOptionalScopes(name, { ...on, optionalScopes: [...args.scopes] }, inside);
    this.handedBy = this.placeAudience(name, realm, agent);
    this.registerOutputs({});
  }

  private placeAudience(name: string, realm: Realm, agent: DesiredAgent): pulumi.Output<string> {
    const inside = realm.inside(this);
    const scope = new keycloak.openid.ClientScope(
      name,
      {
        realmId: realm.id,
        name: `agent:${agent.name}`,
        description: `Lets the agent ${agent.name} act for you`,
        includeInTokenScope: true,
      },
      inside,
    );
    new keycloak.openid.AudienceProtocolMapper(
      name,
      {
        realmId: realm.id,
        clientScopeId: scope.id,
        name: "audience",
        includedCustomAudience: clientIdOfAgent(agent.name),
        addToIdToken: false,
        addToTokenIntrospection: true,
      },
      inside,
    );
    return scope.name;
  }
}

/** It signs in by its key, exchanges tokens, and can do nothing else: no people, no service account, no refreshing. */
function agentClient(agent: DesiredAgent): Omit<keycloak.openid.ClientArgs, "realmId"> {
  return {
    clientId: clientIdOfAgent(agent.name),
    name: agent.name,
    description: describeAgent(agent),
    accessType: "CONFIDENTIAL",
    clientAuthenticatorType: "client-jwt",
    standardFlowEnabled: false,
    implicitFlowEnabled: false,
    directAccessGrantsEnabled: false,
    serviceAccountsEnabled: false,
    fullScopeAllowed: false,
    useRefreshTokens: false,
    accessTokenLifespan: String(agent.tokenLife),
    standardTokenExchangeEnabled: true,
    extraConfig: {
      "use.jwks.url": "true",
      "jwks.url": agent.jwks,
      "token.endpoint.auth.signing.alg": "ES256",
      owner: agent.owner,
    },
  };
}
