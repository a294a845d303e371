/** Everything that an auditor asks for, in the order in which it is read. Pure. */
import type { Facts } from "./facts";
import { holdersOf } from "./holders";
import type { Part } from "./part";
import { driftPart, limitsPart, policyPart, secretsPart, verificationPart } from "./parts/checks";
import { accountsPart, exceptionsPart, grantsPart, separationPart } from "./parts/exceptions";
import { moversPart, trailPart } from "./parts/history";
import { membershipsPart, ownersPart, peoplePart, privilegedPart, privilegeIn } from "./parts/people";
import { rightsPart } from "./rights";

/** A part for every question, always: one whose facts are missing has no rows, and says why. */
export function partsOf(facts: Facts): Part[] {
  const holders = holdersOf(facts.model, facts);
  return [
    rightsPart(facts, holders, privilegeIn(facts.model)),
    peoplePart(facts),
    membershipsPart(facts),
    ownersPart(facts),
    privilegedPart(facts, holders),
    grantsPart(facts),
    separationPart(facts),
    exceptionsPart(facts),
    accountsPart(facts),
    moversPart(facts),
    secretsPart(facts),
    verificationPart(facts),
    policyPart(facts),
    driftPart(facts),
    trailPart(facts),
    limitsPart(facts),
  ];
}
