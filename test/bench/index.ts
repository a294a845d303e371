/** The benches by name. A new one is a file of its own and a line here. */
import type { Bench } from "./bench";
import { bitbucketBench } from "./bitbucket";
import { evidenceBench } from "./evidence";
import { keylessBench } from "./keyless";
import { keycloakBench } from "./keycloak";
import { modelBench } from "./model";
import { peopleBench } from "./people";
import { policyBench } from "./policy";
import { ratioBench } from "./ratio";
import { syncBench } from "./sync";
import { rotationBench } from "./rotation";

export const benches: readonly Bench[] = [
  bitbucketBench,
  modelBench,
  ratioBench,
  policyBench,
  keylessBench,
  keycloakBench,
  evidenceBench,
  peopleBench,
  syncBench,
  rotationBench,
];
