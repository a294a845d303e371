/** What is taken in Keycloak: signing in, every session, and the agents that answer through this person. */
import { clientIdOfAgent, type Agent } from "../../access";
import type { KeycloakAdmin, KeycloakUser } from "../../clients/keycloak";
import { clientNamed } from "../../clients/named";
import { disableAgent } from "../sync/agents";
import type { Step } from "./step";

/** So often sessions are ended. */
const mostAttempts = 5;

/** The steps in order: disable, then end sessions. The other order would let them sign in again between the two. */
export function inKeycloak(keycloak: KeycloakAdmin, { id }: KeycloakUser): Step[] {
  const path = `users/${id}`;
  const sessions = async () => ((await keycloak.get<unknown[]>(`${path}/sessions`)) ?? []).length;
  return [
    {
      system: "Keycloak",
      what: "disable the person",
      act: () => keycloak.put(path, { enabled: false }),
      prove: async () =>
        (await keycloak.get<KeycloakUser>(path))?.enabled === true ? "still enabled" : undefined,
    },
    {
      system: "Keycloak",
      what: "end their sessions",
      // A sign-in that was under way when the person was disabled still ends in a session.
      act: async () => {
        for (let attempt = 0; attempt < mostAttempts; attempt++) {
          await keycloak.post(`${path}/logout`);
          if ((await sessions()) === 0) return;
          await new Promise((resolve) => setTimeout(resolve, 500));
        }
      },
      prove: async () => {
        const count = await sessions();
        return count > 0 ? `${count} sessions go on` : undefined;
      },
    },
  ];
}

/**
 * Disables the agent's client, which is found by its id `agent.<name>`. An agent without a client counts as disabled.
 */
export function agentStep(keycloak: KeycloakAdmin, { name, owner }: Agent): Step {
  const find = () => clientNamed<{ id: string; enabled: boolean }>(keycloak, clientIdOfAgent(name));
  return {
    system: "Keycloak",
    what: `disable their agent ${name}`,
    act: async () => {
      const client = await find();
      if (client !== undefined) await disableAgent(keycloak, { ...client, agent: name, owner });
    },
    prove: async () => ((await find())?.enabled === true ? "still enabled" : undefined),
  };
}
