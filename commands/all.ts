/** All commands, in the order in which they are listed: from a machine's own stack to what the night needs. */
import { adopt } from "./adopt/command";
import { audit } from "./audit/command";
import { bench } from "./bench/command";
import { deploy } from "./deploy/command";
import { doctor } from "./doctor/command";
import { drift } from "./drift/command";
import { evidence } from "./evidence/command";
import { extension } from "./extension/command";
import type { Command } from "./frame/spec";
import { local } from "./local/command";
import { offboard } from "./offboard/command";
import { preview } from "./preview/command";
import { pulumi } from "./pulumi/command";
import { pullRequest } from "./pull-request/command";
import { recover } from "./recover/command";
import { remind } from "./remind/command";
import { request } from "./request/command";
import { resolve } from "./resolve/command";
import { review } from "./review/command";
import { rotate } from "./rotate/command";
import { setup } from "./setup/command";
import { sync } from "./sync/command";
import { test } from "./test/command";
import { tour } from "./tour/command";
import { verify } from "./verify/command";
import { why } from "./why/command";

export const commands: readonly Command[] = [
  local,
  tour,
  doctor,
  adopt,
  pulumi,
  preview,
  pullRequest,
  deploy,
  sync,
  verify,
  why,
  request,
  offboard,
  resolve,
  rotate,
  remind,
  drift,
  evidence,
  review,
  audit,
  recover,
  extension,
  setup,
  test,
  bench,
];
