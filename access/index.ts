/** The domain: who may do what, in which words, and what both systems should hold for it. Pure. */
export {
  decodeBaseline,
  encodeBaseline,
  isSameModel,
  knownBy,
  lastBaseline,
  momentKept,
  removalsBetween,
  settingsSince,
  type Baseline,
} from "./baseline";
export { canonical } from "./canonical";
export type { Check, Finding } from "./checks/check";
export { agentGrants, personGrants } from "./checks/grants";
export { twoOwners } from "./checks/owners";
export { onlyDeployers, separationOfDuties } from "./checks/separation";
export { compile } from "./compile";
export { movedEnvironment, sharedSecrets, stackEnvironment, unreadCredentials } from "./credentials";
export { extensionId, isKeyless, isRotated } from "./settings/credential";
export {
  differenceOf,
  privilegeOf,
  restrictedIn,
  type Difference,
  type RightChange,
} from "./rights/difference";
export { percent } from "./rights/removals";
export type { Members, AccessState } from "./rights/rights";
export { entitlementsOf, preference } from "./rights/entitlements";
export { guardChangesOf, type Declaration, type GuardChange } from "./rights/guardChanges";
export { asksOf, needsOf, programAtom, type Ask } from "./rights/approvals";
export { placeOf } from "./rights/approvers";
export { knownAt, type Known } from "./rights/known";
export { movedTo } from "./rights/places";
export type { Need } from "./rights/need";
export { holding, placesOf } from "./rights/rightNeeds";
export * from "./dataFiles";
export { endedBetween, endingsOf, soonest, type Ending } from "./endings";
export { readExceptions, type Exception, type RuleNames } from "./exceptions";
export { formerGroupsOf, formerOf, takenNames, withFormerGroups, type FormerGroups } from "./formerGroups";
export { parseLock, renderLock, resolvePatterns, type Listed } from "./file/lock";
export { meantName, meantOf, meantPerson } from "./meant";
export * from "./model";
export { nearest } from "./nearest";
export { parseAccess, parseFile } from "./file/parse";
export {
  InvalidAccess,
  renderProblem,
  renderProblems,
  sentenceOf,
  shown,
  sortProblems,
  type Problem,
} from "./problem";
export {
  modelIn,
  placesIn,
  readDeclared,
  readSettings,
  stackTextsOf,
  type Places,
  type Reading,
  type SettingsReading,
} from "./read";
export type { NameChange } from "./rights/names/change";
export { namesBetween } from "./rights/names/names";
export { renamesBetween, type Renames } from "./rights/renames";
export { restrictionsOf } from "./rights/protection";
export { lostByOwning, ownedAtoms, ownedSince, owningNeed } from "./rights/takeOver";
export { violationsOf } from "./rights/separation";
export {
  addressesText,
  knownAddresses,
  movedAddresses,
  renamedRealm,
  pinnedAddresses,
  pinnedSettings,
  type Addresses,
} from "./settings/addresses";
export type { Mail, RealmSettings } from "./settings/realm";
export { foreignChanges } from "./settings/foreign";
export { rotationNames, type ManualRotation, type SamlKeyNumbers } from "./settings/rotation";
export { parseStackFile, projectName } from "./settings/settings";
export { serviceProviderOf, type ServiceProvider, type SignIn } from "./settings/signIn";
export { groupNameOf, groupOf, projectOf, subjectLabel, targetOf, Tree } from "./tree";
export { dayOf, endOf, isActive, isMoment, lastingWords, readLasting, remaining, untilText } from "./until";
export { problemAt, readAccess } from "./checks/validate";
export * from "./vocabulary";
export * from "./names";
