/** The domain: who may do what, in which words, and what both systems should hold for it. Pure. */
export { dayOf, decodeBaseline, encodeBaseline, type Baseline } from "./baseline";
export { administeringAgents, incompletePersonGrants } from "./checks/grants";
export { tooFewOwners } from "./checks/owners";
export { compile } from "./compile";
export { extensionId, isKeyless, isRotated } from "./credential";
export {
  differenceOf,
  privilegeOf,
  restrictedIn,
  type Difference,
  type Members,
  type RightChange,
  type Standing,
} from "./difference";
export { secondsOf, type Duration } from "./duration";
export { entitlementsOf, peopleOf, preference, type Consequence } from "./entitlements";
export { guardChangesOf, type GuardChange } from "./guardChanges";
export { asksOf, needsOf, placesOf, type Ask, type Need } from "./judgement";
export { lockFile, renderLock, resolvePatterns, type Listed, type Lock } from "./lock";
export * from "./model";
export { parseAccess, parseFile, type LockText, type Parsed, type ParseResult } from "./parse";
export { Positions } from "./positions";
export { InvalidAccess, renderProblem, renderProblems, sortProblems, type Problem } from "./problem";
export { restrictionsOf, type Restriction } from "./protection";
export { violationsOf, type Violation } from "./separation";
export { turning, type HandTurn, type Rotation } from "./rotation";
export { onThisMachine, parseSettings, parseStackFile, projectName, type SettingsResult } from "./settings";
export { rivalProblems, type Stack } from "./stacks";
export { isActive, projectOf, subjectLabel, targetOf, Tree } from "./tree";
export { readAccess, validate, type Access, type Verdict } from "./validate";
export * from "./vocabulary";
