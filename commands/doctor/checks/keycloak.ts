/** Keycloak: the server, who signs in and may do what there, the extension, the realm, and who is in it. */
import { atLeast, versions } from "../../../toolchain/versions";
import { credentialNames } from "@pulumi/keycloak-identity/client/credentials";
import { missing, of, ok, unknown, type Check } from "../check";
import { reachFix } from "./machine";

/** The oldest minor version that the extension for pipelines is compiled for (packages/keycloak-pipelines/README.md). */
const oldestExtended = "26.6";
/** The oldest minor version that the whole chain was tried on (docs/guide/doctor.md). */
const oldestTried = "26.4";
const rotated = 'set "pipelines.credential" to rotated in the stack file';

const reached: Check = {
  name: "keycloak",
  wants: "Keycloak answers",
  evaluate: ({ keycloak: { reached: asked, url } }) =>
    of(asked, reachFix("keycloak.url", "problem" in asked ? asked.problem : ""), () => ok(url)),
};

const account: Check = {
  name: "keycloak-account",
  wants: "somebody can sign in to Keycloak",
  evaluate: ({ keycloak }) => of(keycloak.account, `set ${credentialNames}, as they are in Keycloak`, ok),
};

const version: Check = {
  name: "keycloak-version",
  wants: "Keycloak has all that the stack needs of it",
  evaluate: ({ keycloak, isKeyless }) =>
    of(keycloak.version, "", (found) => {
      if (found === undefined) return unknown("the account may not see it");
      if (!atLeast(found, oldestTried))
        return unknown(
          `${found}; nothing before ${oldestTried} was tried: upgrade, or run verify after the first up`,
        );
      if (atLeast(found, oldestExtended)) return ok(`${found}; tested with ${versions.keycloak}`);
      return of(isKeyless, "", (needed) =>
        needed
          ? missing(
              `${found}, which the extension for pipelines without a secret is not made for`,
              `upgrade Keycloak to ${oldestExtended} or later, or ${rotated}`,
            )
          : ok(`${found}; tested with ${versions.keycloak}`),
      );
    }),
};

const roles: Check = {
  name: "keycloak-roles",
  wants: "the account may change the realm",
  evaluate: ({ keycloak }) =>
    of(keycloak.roles, "", (found) => {
      const fix = "give it the role admin of the realm master, and sign in anew";
      if (found === undefined)
        return missing("the account may not even see its own roles, so it is no administrator", fix);
      if (found.isAdmin) return ok("role admin");
      if (found.lacking.length > 0)
        return missing(`the account lacks the roles ${found.lacking.join(", ")} of the realm`, fix);
      const isThere = "is" in keycloak.realm && keycloak.realm.is.isThere;
      return isThere
        ? ok("all roles of the realm that a run needs")
        : missing("the account makes no realm", fix);
    }),
};

const extension: Check = {
  name: "keycloak-extension",
  wants: "Keycloak lets pipelines sign in without a secret, where they do",
  evaluate: ({ keycloak, isKeyless }) =>
    of(keycloak.extension, "", (isThere) => {
      if (isThere) return ok("there");
      return of(isKeyless, "", (needed) =>
        needed
          ? missing(
              "Keycloak lacks the extension bitbucket-pipelines, which keyless pipelines need",
              `install it (packages/keycloak-pipelines/README.md), or ${rotated}`,
            )
          : ok("not there, and no pipeline needs it"),
      );
    }),
};

const realm: Check = {
  name: "realm",
  wants: "the realm is the stack's, or is not there yet",
  evaluate: ({ keycloak, stack, files: { settings } }) =>
    of(keycloak.realm, "give the account the role admin of the realm master", ({ isThere, isOwn }) => {
      const name = settings?.keycloak.realm ?? "";
      if (isThere && isOwn) return ok(`${name}, made by this stack`);
      if (!isThere && !isOwn) return ok(`${name} is not there yet: the first run makes it`);
      if (isThere)
        return missing(
          `realm ${name} is there already, and stack ${stack} has not made it`,
          `write another name as keycloak.realm in the stack file; after a run that ended badly, run "npm run recover -- ${stack}"`,
        );
      return missing(
        `realm ${name} is gone, and stack ${stack} has made it`,
        `restore it from a backup, or make it anew: "npm run pulumi -- refresh -s ${stack}", then deploy`,
      );
    }),
};

const people: Check = {
  name: "keycloak-people",
  wants: "people who come from elsewhere are in the realm",
  evaluate: ({ keycloak, files: { settings } }) =>
    of(keycloak.people, "", (lacking) => {
      if (settings?.keycloak.people === "declared") return ok("this program makes them");
      if (lacking.length === 0) return ok("all who are named are there");
      return missing(
        `${lacking.length} who are named are not in the realm`,
        "have the directory (LDAP, HR) bring them into the realm, or take them out of access.yaml",
        lacking,
      );
    }),
};

export const keycloakChecks = [reached, account, version, roles, extension, realm, people];
