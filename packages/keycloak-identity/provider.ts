/** The package as a whole: its configuration, its resources, and how a call comes by its connection. */
import { z } from "zod";

import { tell } from "@bitbucket-keycloak/output";
import { defineProvider } from "@bitbucket-keycloak/pulumi-plugin/define";
import { Connection } from "./client/connection";
import { KeycloakAdmin } from "./client/keycloak";
import { Together } from "./client/together";
import { version } from "./package.json";
import { groupParent } from "./resources/group-parent";
import { members } from "./resources/members";
import { profile } from "./resources/profile";
import { userNames } from "./resources/user-names";
import { Queues, type Session } from "./session";

const url = z
  .string()
  .refine(isAddress, "an address such as https://sso.acme.example, with the server's path where it has one")
  .meta({ description: "Address of the server, with its path where it has one." });

const fix =
  "it would lie in the state; take it out of the configuration and set the environment variables KEYCLOAK_CLIENT_ID and KEYCLOAK_CLIENT_SECRET, or KEYCLOAK_USER and KEYCLOAK_PASSWORD, instead";

export const keycloakIdentity = defineProvider({
  name: "keycloak-identity",
  version,
  displayName: "Keycloak identity",
  description:
    "What changes in the lives of Keycloak's people and groups, beside `@pulumi/keycloak`, which creates and deletes them: where a group is, who is in it, what a person is called. Ids, members, sessions, links and whatever nobody declared stay. Credentials come from the environment variables `KEYCLOAK_CLIENT_ID` and `KEYCLOAK_CLIENT_SECRET`, or `KEYCLOAK_USER` and `KEYCLOAK_PASSWORD`.",
  config: z.strictObject({
    url,
    realm: z.string().min(1).optional().meta({
      description: "Realm that the credentials are of. Default: `KEYCLOAK_REALM`, else `master`.",
    }),
  }),
  refused: { clientId: fix, clientSecret: fix, username: fix, password: fix },
  resources: [groupParent, profile, members, userNames],
  connect({ url = "", realm }) {
    let connection: Connection | undefined;
    // With the first call: a preview that asks nothing needs no credentials.
    const connected = () => (connection ??= Connection.from(url.replace(/\/+$/, ""), process.env, { realm }));
    const accounts = new Queues();
    const people = new Map<string, Together>();
    const peopleOf = (realm: string): Together => {
      const known = people.get(realm) ?? new Together();
      people.set(realm, known);
      return known;
    };
    return (call): Session => ({
      realm: (name) => new KeycloakAdmin(connected(), name, call),
      user: (realm, userId) => peopleOf(realm).user(new KeycloakAdmin(connected(), realm, call), userId),
      account: (realm, userId, act) => accounts.add(`${realm}/${userId}`, act),
      say: (text) => { tell(`keycloak-identity: ${text}`); }, // prettier-ignore
    });
  },
});

function isAddress(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
}
