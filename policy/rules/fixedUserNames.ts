/** A realm lets user names be changed by a switch; that only administrators do so is what its user profile says. */
import type { Connected, StackRule } from "../rule";
import { valueOf } from "../values";
import { realmType } from "./realms";

const userNamesType = "keycloak-identity:index:UserNames";

export const fixedUserNames: StackRule = {
  kind: "stack",
  name: "fixed-user-names",
  says: "nobody changes their own user name",
  fix: "declare identity.UserNames for the realm, or set editUsernameAllowed to false",
  controls: ["SOC 2 CC6.1", "ISO 27001 A.5.16"],
  level: "mandatory",
  check: (resources) => {
    const kept = resources.filter(({ type }) => type === userNamesType);
    return resources
      .filter((realm) => realm.type === realmType && valueOf(realm, "editUsernameAllowed") === true)
      .filter(({ name }) => !kept.some(({ from }) => from.realm?.some((one) => isRealm(one, name))))
      .map(({ name }) => ({ on: name, found: "user names that their holders can change" }));
  },
};

function isRealm(one: Connected, name: string): boolean {
  return one.type === realmType && one.name === name;
}
