/** The benches by name. A new one is a file of its own and a line here. */
import type { Bench } from "./bench";
import { bitbucketBench } from "./bitbucket";
import { keylessBench } from "./keyless";
import { keycloakBench } from "./keycloak";
import { modelBench } from "./model";
import { ratioBench } from "./ratio";
import { syncBench } from "./sync";
import { rotationBench } from "./rotation";

export const benches: readonly Bench[] = [
  bitbucketBench,
  modelBench,
  ratioBench,
  keylessBench,
  keycloakBench,
  syncBench,
  rotationBench,
];
