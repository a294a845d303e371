/** All checks, in two lists. Adding one means writing it and naming it here. */
import type { Check } from "./check";
import * as grants from "./grants";
import * as keyless from "./keyless";
import * as names from "./names";
import * as noops from "./noops";
import * as owners from "./owners";
import * as plan from "./plan";
import * as references from "./references";
import * as separation from "./separation";

/** What must not be. */
export const problemChecks: readonly Check[] = [
  references.unknownPeople,
  references.unknownProjectOwners,
  references.unknownEnvironments,
  references.unknownStackEnvironment,
  references.unknownSubjects,
  references.unknownTargets,
  names.reservedTeamNames,
  names.repeatedTeams,
  names.repeatedEmails,
  names.repeatedAccounts,
  names.repeatedRepositories,
  names.repeatedEntries,
  owners.tooFewOwners,
  owners.tooLowLimits,
  grants.emptyGrants,
  grants.undeployedEnvironments,
  grants.incompletePersonGrants,
  grants.administeringAgents,
  noops.grantsWithoutEffect,
  noops.repeatedGrants,
  noops.mergeRulesWithoutEffect,
  plan.restrictedWithoutPremium,
  plan.mergeRulesWithoutPremium,
  keyless.unboundKeylessPipelines,
  separation.unknownDeployers,
  separation.deployersWhoAreNotNamed,
  separation.unknownPlacesOfSeparations,
  separation.incompleteSeparations,
  separation.brokenSeparations,
];

/** What people should know. */
export const warningChecks: readonly Check[] = [grants.deployersWhoAdminister];
