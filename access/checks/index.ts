/** All checks, in one list. Adding one means writing it and naming it here; `npm run docs` writes its page. */
import type { Check } from "./check";
import * as columns from "./columns";
import * as grants from "./grants";
import * as keycloak from "./keycloak";
import * as keyless from "./keyless";
import * as names from "./names";
import * as noops from "./noops";
import * as observed from "./observed";
import * as owners from "./owners";
import * as plan from "./plan";
import * as references from "./references";
import * as renames from "./renames";
import * as separation from "./separation";

export const checks: readonly Check[] = [
  references.knownPeople,
  references.knownProjectOwners,
  references.knownEnvironments,
  references.knownControl,
  references.stackEnvironment,
  references.knownSubjects,
  references.knownTargets,
  names.freeTeamNames,
  names.uniqueTeams,
  names.uniqueEmails,
  names.uniqueAccounts,
  names.uniqueRepositories,
  names.uniqueEntries,
  renames.formerNames,
  renames.uniqueGroups,
  keycloak.declaredPeople,
  keycloak.userNamesAndAddresses,
  keycloak.freeUserNames,
  columns.realmNames,
  columns.teamDescriptions,
  columns.agentDescriptions,
  owners.twoOwners,
  owners.ownerLimit,
  grants.completeGrants,
  grants.deployedEnvironments,
  grants.personGrants,
  grants.agentGrants,
  grants.deployersNeverAdminister,
  observed.ownedGrants,
  observed.ownedBranches,
  observed.ownedOrObserved,
  observed.ownedMembers,
  observed.readRules,
  noops.effectiveGrants,
  noops.uniqueGrants,
  noops.effectiveMergeRules,
  plan.premiumEnvironments,
  plan.premiumMergeRules,
  keyless.boundPipelines,
  separation.knownDeployers,
  separation.onlyDeployers,
  separation.knownSeparations,
  separation.completeSeparations,
  separation.separationOfDuties,
];
