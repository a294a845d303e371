/**
 * `@pulumi/rotation`: schedules by which secrets and keys turn, for Pulumi programs.
 *
 * Loaded by each run of a program, so it holds definitions only.
 */
import { resourceClass } from "@bitbucket-keycloak/pulumi-plugin/sdk";
import { schedule } from "./schedule";

/** When something turns: the number of its last turn, when that was and when the next is due. */
export class Schedule extends resourceClass(schedule) {}

export { type Slot, type SlotState, slotAt, slotOf } from "./turn";
