/** Agents answer through their owner: when the owner cannot sign in any more, neither can they. */
import type { Model } from "../../access";
import type { KeycloakAdmin } from "../../clients/keycloak";
import { userNamed } from "../../clients/named";

export interface AgentClient {
  /** What the admin API calls it. */
  readonly id: string;
  readonly agent: string;
  readonly owner: string;
  /** Why it is to be disabled. */
  readonly why: string;
}

/** The enabled clients of agents whose owner is disabled in the realm, or gone from it. One request where there is none. */
export async function ownerless(keycloak: KeycloakAdmin, { agents }: Model): Promise<AgentClient[]> {
  const declared = new Map(
    agents.filter(({ jwks }) => jwks !== undefined).map((agent) => [`agent.${agent.name}`, agent]),
  );
  if (declared.size === 0) return [];
  type Client = { id: string; clientId: string; enabled: boolean };
  const clients = await keycloak.list<Client>("clients", { clientId: "agent.", search: "true" });
  const found: AgentClient[] = [];
  for (const { id, clientId, enabled } of clients) {
    const agent = declared.get(clientId);
    if (agent === undefined || !enabled) continue;
    const { name, owner } = agent;
    const user = await userNamed(keycloak, owner);
    const why =
      user === undefined ? "is not in the realm" : user.enabled ? undefined : "is disabled in Keycloak";
    if (why !== undefined) found.push({ id, agent: name, owner, why: `its owner ${owner} ${why}` });
  }
  return found;
}

/**
 * What is disabled stays so, also after the next `up`, until somebody enables it in Keycloak. Both names are sent along,
 * so that they stand in the realm's log of what administrators did.
 */
export async function disableAgent(
  keycloak: KeycloakAdmin,
  { id, agent, owner }: Pick<AgentClient, "id" | "agent" | "owner">,
): Promise<void> {
  await keycloak.put(`clients/${id}`, { clientId: `agent.${agent}`, enabled: false, attributes: { owner } });
}
