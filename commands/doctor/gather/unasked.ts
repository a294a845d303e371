/** What is known of both systems where the stack file cannot be read: nothing. */
import type { BitbucketLook } from "./bitbucket";
import type { KeycloakLook } from "./keycloak";

const nobody = { unknown: "the stack file cannot be read" } as const;

export const noKeycloak: KeycloakLook = {
  url: "",
  reached: nobody,
  account: nobody,
  admin: nobody,
  version: nobody,
  roles: nobody,
  extension: nobody,
  realm: nobody,
  people: nobody,
};

export const noBitbucket: BitbucketLook = {
  url: "",
  reached: nobody,
  session: nobody,
  account: nobody,
  scopes: nobody,
  workspace: nobody,
  isAdministrator: nobody,
  administration: nobody,
  organization: nobody,
  refused: {
    accounts: nobody,
    plan: nobody,
    projects: nobody,
    repositories: nobody,
    runner: nobody,
    environments: nobody,
  },
  premium: [],
  pipelines: nobody,
};
