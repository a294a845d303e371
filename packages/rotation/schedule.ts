/**
 * The memory of a rotation, as a resource: nothing but the stack's state keeps it. Whether a rotation is due is decided in
 * the check, from the inputs of the last run, so that a preview knows it, too; the moment and what is published are
 * taken out of the inputs there, so that they never count as a change.
 */
import { z } from "zod";

import { resourceDefiner } from "@bitbucket-keycloak/pulumi-plugin/define";
import type { Checked } from "@bitbucket-keycloak/pulumi-plugin/define";
import { type Asked, decide, type ScheduleState } from "./decide";

const defineResource = resourceDefiner<undefined>("rotation");

const seconds = z.int("a whole number of seconds").min(1);
const count = z.int("a whole number").min(0).default(0);
const moment = z.string().refine(isMoment, 'no moment with its time zone, as in "2026-11-23T12:00:00Z"');

const inputs = z.strictObject({
  name: z.string().min(1).meta({
    description: "What rotates, for example `payments-api.dev`. Another name is a change: the memory stays.",
  }),
  period: seconds.optional().meta({
    description: "Seconds from one rotation to the next. Left out: it never rotates by itself.",
  }),
  overlap: seconds.default(86_400).meta({
    description:
      "Seconds that what was in use before a rotation stays valid at least: no rotation follows sooner.",
  }),
  manualRotations: count.meta({ description: "One more than before rotates now." }),
  revocations: count.meta({
    description:
      "One more than before ends what was in use before the last rotation, as soon as a finished run has published that one. With `manualRotations` it rotates within the overlap, too.",
  }),
  asOf: moment.meta({ description: "The moment to evaluate by. Not kept; never a change." }),
  published: z.int().optional().meta({
    description: "The last rotation that a finished run published. Not kept; never a change. Default: none.",
  }),
});

const outputs = z.object({
  rotation: z.int().meta({ description: "Number of the last rotation; 0 at the beginning." }),
  rotatedAt: z.string().meta({ description: "When it was." }),
  previousAt: z.string().meta({ description: "When the rotation before it was." }),
  nextAt: z.string().optional().meta({ description: "When the next one is due." }),
  endedAt: z.int().meta({
    description:
      "The rotation at which what was in use before it was ended, where that was asked for; else -1.",
  }),
});

export const schedule = defineResource({
  name: "Schedule",
  description: "When something rotates. Knows in a preview already whether the run will rotate it.",
  example: `new rotation.Schedule("payments-api", {
  name: "payments-api",
  period: 30 * 86_400,
  asOf: new Date().toISOString(),
  published: publishedByTheLastRun,
});`,
  importId: "name",
  inputs,
  outputs,
  lifecycle: {
    check(given, previous): Checked {
      const decision = decide(given as Asked, previous as ScheduleState | undefined);
      if (decision.refused !== undefined)
        return {
          failures: [{ property: "manualRotations", reason: `a rotation is refused: ${decision.refused}` }],
        };
      return { set: known(decision.state), drop: ["asOf", "published"] };
    },

    create: (given) => Promise.resolve({ id: given.name, outputs: standingOf(given) }),

    // What no state remembers is nowhere: there is nothing to import.
    read: (_, __, previous) =>
      Promise.resolve(
        previous && { id: previous.inputs.name, inputs: previous.inputs, outputs: previous.outputs },
      ),

    update: (_, given) => Promise.resolve(standingOf(given)),

    delete: () => Promise.resolve(),
  },
});

/** Without what is not set, which would be unknown in a preview; of the last inputs, what is decided alone. */
function known(state: ScheduleState): Record<string, string | number> {
  const { rotation, rotatedAt, previousAt, nextAt, endedAt = -1, manualRotations, revocations } = state;
  const decided = { rotation, rotatedAt, previousAt, nextAt, endedAt, manualRotations, revocations };
  const members = Object.entries<string | number | undefined>(decided);
  return Object.fromEntries(
    members.filter((member): member is [string, string | number] => member[1] !== undefined),
  );
}

/** What the check put among the inputs. */
function standingOf(checked: object): z.output<typeof outputs> {
  return outputs.parse(checked);
}

function isMoment(text: string): boolean {
  return z.iso.datetime({ offset: true }).safeParse(text).success;
}
