/** All checks, in the order in which a new company meets what they are about. A new one is one row of its list. */
import type { Check } from "../check";
import { bitbucketChecks } from "./bitbucket";
import { declaredChecks } from "./declared";
import { keycloakChecks } from "./keycloak";
import { machineChecks } from "./machine";

export const checks: readonly Check[] = [
  ...machineChecks,
  ...keycloakChecks,
  ...bitbucketChecks,
  ...declaredChecks,
];
