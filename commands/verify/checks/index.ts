/** All checks, in the order of the report. */
import type { Check } from "../check";
import { agentChecks } from "./agents";
import { clientChecks } from "./clients";
import { flowChecks } from "./flows";
import { groupChecks } from "./groups";
import { ownNameChecks } from "./ownName";
import { samlChecks } from "./saml";
import { serverChecks } from "./server";
import { tokenChecks } from "./tokens";

export const checks: readonly Check[] = [
  ...serverChecks,
  ...ownNameChecks,
  ...flowChecks,
  ...samlChecks,
  ...tokenChecks,
  ...groupChecks,
  ...clientChecks,
  ...agentChecks,
];
