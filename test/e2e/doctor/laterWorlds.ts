import { withSettings } from "../world";
import { inEnvironment, settingsAs, stackFile, type BrokenWorld } from "./broken";

/** Once the stack was brought up. */
export const laterWorlds: readonly BrokenWorld[] = [
  inEnvironment("the passphrase is another", "secrets", "set PULUMI_CONFIG_PASSPHRASE", {
    PULUMI_CONFIG_PASSPHRASE: "another",
  }),
  {
    what: "an address moved",
    found: "addresses",
    fix: "nothing secret is sent anywhere",
    breakIt: (company) => {
      const moved = company.world.keycloakUrl.replace("127.0.0.1", "localhost");
      return settingsAs(company, { "keycloak.url": moved });
    },
  },
  {
    what: "somebody whom a directory brings is not in the realm",
    found: "keycloak-people",
    fix: "have the directory (LDAP, HR) bring them into the realm",
    breakIt: async (company) => {
      const { world } = company;
      const users = `/${world.realm}/users`;
      company.write(stackFile, withSettings(company.written(stackFile), { "keycloak.people": "external" }));
      const { json } = await world.keycloak("GET", `${users}?username=cem&exact=true`);
      const [cem] = json as { id: string }[];
      await world.keycloak("DELETE", `${users}/${cem?.id ?? ""}`);
      return {
        mendIt: async () => {
          const person = { username: "cem", email: "cem@small.example", emailVerified: true, enabled: true };
          await world.keycloak("POST", users, person);
          return {};
        },
      };
    },
  },
];
