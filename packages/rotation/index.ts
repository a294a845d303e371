/**
 * `@pulumi/rotation`: schedules by which secrets and keys rotate, for Pulumi programs.
 *
 * Loaded by each run of a program, so it holds definitions only.
 */
import { resourceClass } from "@bitbucket-keycloak/pulumi-plugin/sdk";
import { schedule } from "./schedule";

/** When something rotates: the number of its last rotation, when that was and when the next is due. */
export class Schedule extends resourceClass(schedule) {}

export { type Slot, type SlotState, slotAt, slotOf } from "./decide";
