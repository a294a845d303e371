/** All rules. */
import type { Rule } from "../rule";
import { accessChecks } from "./accessChecks";
import { agentsNeverAdminister } from "./agentsNeverAdminister";
import { bruteForceDefence } from "./bruteForceDefence";
import { codeFlowOnly } from "./codeFlowOnly";
import { controlRepositories } from "./controlRepositories";
import { directGrants } from "./directGrants";
import { eventsKept } from "./eventsKept";
import { exactRedirects } from "./exactRedirects";
import { expiredGrants } from "./expiredGrants";
import { fixedIdentity } from "./fixedIdentity";
import { fixedUserNames } from "./fixedUserNames";
import { lifetimes } from "./lifetimes";
import { narrowScope } from "./narrowScope";
import { passwords } from "./passwords";
import { pkce } from "./pkce";
import { productionBranches } from "./productionBranches";
import { productionEnvironments } from "./productionEnvironments";
import { productionRestricted } from "./productionRestricted";
import { protectedBranches } from "./protectedBranches";
import { realmOwners } from "./realmOwners";
import { realmProtected } from "./realmProtected";
import { refreshTokensRotate } from "./refreshTokensRotate";
import { rotationPeriods } from "./rotationPeriods";
import { secretAges } from "./secretAges";
import { secretsOnSchedule } from "./secretsOnSchedule";
import { securedVariables } from "./securedVariables";
import { serviceAccountsBelong } from "./serviceAccountsBelong";
import { teamOwners } from "./teamOwners";

/** In the order in which they are told. */
export const rules: readonly Rule[] = [
  exactRedirects,
  codeFlowOnly,
  pkce,
  narrowScope,
  serviceAccountsBelong,
  lifetimes,
  refreshTokensRotate,
  bruteForceDefence,
  passwords,
  fixedIdentity,
  fixedUserNames,
  realmOwners,
  realmProtected,
  eventsKept,
  teamOwners,
  rotationPeriods,
  secretsOnSchedule,
  secretAges,
  securedVariables,
  directGrants,
  agentsNeverAdminister,
  protectedBranches,
  productionRestricted,
  ...accessChecks,
  expiredGrants,
  productionEnvironments,
  productionBranches,
  controlRepositories,
];

/** What an exception can be from. */
export const ruleNames: readonly string[] = rules.map(({ name }) => name);
