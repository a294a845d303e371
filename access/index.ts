/** The domain: who may do what, in which words, and what both systems should hold for it. Pure. */
export { dayOf, decodeBaseline, encodeBaseline, isSameModel, settingsSince, type Baseline } from "./baseline";
export { canonical } from "./canonical";
export type { Check } from "./checks/check";
export { agentGrants, personGrants } from "./checks/grants";
export { twoOwners } from "./checks/owners";
export { separationOfDuties } from "./checks/separation";
export { compile } from "./compile";
export { extensionId, isKeyless, isRotated } from "./settings/credential";
export {
  differenceOf,
  privilegeOf,
  restrictedIn,
  type Difference,
  type RightChange,
} from "./rights/difference";
export type { Members, Standing } from "./rights/rights";
export { secondsOf, type Duration } from "./duration";
export { entitlementsOf, peopleOf, preference, type Consequence } from "./rights/entitlements";
export { guardChangesOf, type GuardChange } from "./rights/guardChanges";
export { asksOf, needsOf, placesOf, type Ask, type Need } from "./rights/judgement";
export * from "./dataFiles";
export { readExceptions, type Exception } from "./exceptions";
export { renderLock, resolvePatterns, type Listed, type Lock } from "./file/lock";
export * from "./model";
export { parseAccess, parseFile, type LockText, type Parsed, type ParseResult } from "./file/parse";
export { Positions } from "./file/positions";
export {
  InvalidAccess,
  renderProblem,
  renderProblems,
  sentenceOf,
  sortProblems,
  type Problem,
} from "./problem";
export {
  modelIn,
  readDeclared,
  readSettings,
  stackTextsOf,
  type Reading,
  type SettingsReading,
} from "./read";
export { restrictionsOf, type Restriction } from "./rights/protection";
export { violationsOf, type Violation } from "./rights/separation";
export { turning, type HandTurn, type Rotation } from "./settings/rotation";
export {
  onThisMachine,
  parseSettings,
  parseStackFile,
  projectName,
  type SettingsResult,
} from "./settings/settings";
export { rivalProblems, type Stack } from "./settings/stacks";
export { serviceProviderOf, type ServiceProvider, type SignIn } from "./settings/signIn";
export { isActive, projectOf, subjectLabel, targetOf, Tree } from "./tree";
export { turnProblems } from "./settings/turns";
export { readAccess, validate, type Access, type Verdict } from "./checks/validate";
export * from "./vocabulary";
export * from "./names";
