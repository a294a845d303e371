/**
 * One entry of the audit trail: what was changed, by whom, when, why, and who approved of it. A change that a command of
 * this program makes is two entries: what it set out to do, written before it acts, and how that ended. Of a run that was
 * killed there is only the first, and so nothing that was done is without its author. Everything else in the trail was
 * collected afterwards from Keycloak and from the engine's history.
 *
 * No secret has a place here: of Keycloak's admin events only names are kept, never what was sent.
 */
import { z } from "zod";

/** Somebody, by whatever is known of them; one of these at least. */
const personSchema = z.strictObject({
  /** As Git, Bitbucket or the machine calls them. */
  name: z.string().optional(),
  /** In Keycloak's realm and `access.yaml`. */
  username: z.string().optional(),
  email: z.string().optional(),
  /** UUID of the Bitbucket account, with braces. */
  account: z.string().optional(),
  /** Who the machine says that they are, and which one it is: `ana on laptop`. */
  machine: z.string().optional(),
});
export type Person = Readonly<z.infer<typeof personSchema>>;

/** A right that somebody gains or loses. Its `path` says how it comes about, from the subject on. */
const rightSchema = z.strictObject({
  change: z.enum(["gained", "lost", "altered"]),
  subject: z.strictObject({ kind: z.enum(["team", "person", "agent"]), name: z.string() }),
  /** User names of those for whom it makes a difference. */
  people: z.array(z.string()),
  /** There may be more people than `people` names: Keycloak keeps the team. */
  more: z.literal(true).optional(),
  capability: z.string(),
  /** Repositories, as `PAY/payments-api`. */
  targets: z.array(z.string()),
  path: z.array(z.string()),
  kind: z.enum(["granted", "implied"]),
  reason: z.string().optional(),
  /** Last day, UTC. */
  until: z.string().optional(),
  /** Of a right on other terms: what they were, as `granted until 2026-12-31`. */
  before: z.string().optional(),
});
export type Right = Readonly<z.infer<typeof rightSchema>>;

/** What changes besides rights: a gate, an owner, an identity. */
const gateSchema = z.strictObject({
  what: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
  weaker: z.boolean(),
});

/** Somebody who is put into a Bitbucket group, or taken out. */
const memberSchema = z.strictObject({
  change: z.enum(["add", "remove"]),
  group: z.string(),
  account: z.string(),
  username: z.string().optional(),
  why: z.string(),
});

/** What a run sets out to do, or did; each absent where it is not about that. */
const whatSchema = z.strictObject({
  rights: z.array(rightSchema).optional(),
  gates: z.array(gateSchema).optional(),
  members: z.array(memberSchema).optional(),
  /** Agents that are disabled since their owner cannot sign in any more. */
  agents: z.array(z.strictObject({ agent: z.string(), owner: z.string(), why: z.string() })).optional(),
  /** User names of people who are invited to the workspace. */
  invited: z.array(z.string()).optional(),
  /** Secrets and keys, as `payments-api.dev`. */
  rotated: z.array(z.strictObject({ name: z.string(), why: z.string() })).optional(),
  /** What an off-boarding takes. */
  taken: z
    .array(
      z.strictObject({
        person: z.string(),
        system: z.string(),
        what: z.string(),
        ok: z.boolean(),
        found: z.string(),
      }),
    )
    .optional(),
  /** What somebody still has to do by hand. */
  left: z.array(z.string()).optional(),
  /** What ends on a day, and whom that was told. */
  reminded: z
    .array(z.strictObject({ what: z.string(), until: z.string(), owners: z.array(z.string()) }))
    .optional(),
  /** What was mended after a crash, in words. */
  mended: z.array(z.string()).optional(),
  /** Resources of the engine by operation: `create`, `update`, `delete`. */
  resources: z.record(z.string(), z.number()).optional(),
});
export type What = Readonly<z.infer<typeof whatSchema>>;

const pullRequestSchema = z.strictObject({
  /** `workspace/slug` */
  repository: z.string(),
  id: z.number(),
  title: z.string(),
  author: personSchema,
  approvedBy: z.array(personSchema),
});
export type PullRequest = Readonly<z.infer<typeof pullRequestSchema>>;

/** A commit that a run brings up for the first time. */
const sourceSchema = z.strictObject({
  commit: z.string(),
  author: personSchema,
  subject: z.string(),
  pullRequest: pullRequestSchema.optional(),
});
export type Source = Readonly<z.infer<typeof sourceSchema>>;

/** A step of Bitbucket Pipelines. */
const pipelineSchema = z.strictObject({
  /** `workspace/slug`; of a sign-in to Keycloak, the repository's UUID. */
  repository: z.string(),
  /** Number of the build. */
  build: z.string().optional(),
  /** UUIDs. */
  pipeline: z.string().optional(),
  step: z.string().optional(),
  environment: z.string().optional(),
  branch: z.string().optional(),
});

const place = {
  form: z.literal(1),
  /** From 1, without a gap. */
  seq: z.int().positive(),
  /** SHA-256 of the line before, in hexadecimal; 64 zeros for the first. */
  previous: z.string().regex(/^[0-9a-f]{64}$/),
  /** Stands for what happened: the same is never written twice. */
  id: z.string(),
  /** When it happened, ISO 8601, UTC. */
  at: z.iso.datetime(),
  /** When it was written, ISO 8601, UTC. */
  recordedAt: z.iso.datetime(),
  stack: z.string(),
};

/** The commands of this program that change something. */
const commandNames = ["deploy", "expire", "rotate", "sync", "offboard", "recover", "remind"] as const;

const beganSchema = z.strictObject({
  ...place,
  act: z.literal("began"),
  /** The same in all entries of a run. */
  run: z.string(),
  command: z.enum(commandNames),
  /** Who wrote the change: of the pull requests or, where there are none, of the commits. */
  authors: z.array(personSchema),
  approvers: z.array(personSchema),
  /** Who started the command: in a pipeline, who started that. */
  operator: personSchema,
  why: z.array(z.string()),
  /** In words, where somebody had to approve. */
  approval: z.string().optional(),
  /** The commit that is brought up. With `+` at its end where files differ from it. */
  commit: z.string().optional(),
  sources: z.array(sourceSchema),
  pipeline: pipelineSchema.optional(),
  /** The account in Keycloak that it acts by, as the realm's log calls it: `service-account-deployer`. */
  keycloakAccount: z.string().optional(),
  what: whatSchema,
});

const endedSchema = z.strictObject({
  ...place,
  act: z.literal("ended"),
  run: z.string(),
  result: z.enum(["succeeded", "failed"]),
  problem: z.string().optional(),
  /** What was done; what it lacks is as the run set out. */
  what: whatSchema,
});

const eventSchema = z.strictObject({
  ...place,
  act: z.literal("event"),
  /** The run of this program that made it. Absent: somebody did it by hand. */
  run: z.string().optional(),
  by: personSchema,
  realm: z.string(),
  /** `CREATE`, `UPDATE`, `DELETE`, `ACTION`. */
  operation: z.string(),
  /** As Keycloak calls it: `GROUP_MEMBERSHIP`. */
  resource: z.string(),
  path: z.string(),
  /** Whom or what it was done to, where that has a name: `person dora`. */
  subject: z.strictObject({ kind: z.string(), name: z.string() }).optional(),
  /** Names of what was given or taken: a group, roles. */
  names: z.array(z.string()),
  error: z.string().optional(),
});

/** A pipeline that signed in to Keycloak by its own token. */
const signInSchema = z.strictObject({
  ...place,
  act: z.literal("sign-in"),
  client: z.string(),
  realm: z.string(),
  pipeline: pipelineSchema,
  /** Who started the pipeline; absent where Bitbucket does not say. */
  by: personSchema.optional(),
  /** Why it was refused. */
  error: z.string().optional(),
});

/** A run of the engine, as the stack's history has it. */
const updateSchema = z.strictObject({
  ...place,
  act: z.literal("update"),
  /** The run of this program that started it. Absent: somebody ran the engine by hand. */
  run: z.string().optional(),
  by: personSchema,
  /** `update`, `destroy`, `refresh`, `resource-import`. */
  kind: z.string(),
  result: z.string(),
  message: z.string(),
  commit: z.string().optional(),
  resources: z.record(z.string(), z.number()),
});

/** Something about the trail itself. */
const noteSchema = z.strictObject({ ...place, act: z.literal("note"), says: z.string() });

export const entrySchema = z.discriminatedUnion("act", [
  beganSchema,
  endedSchema,
  eventSchema,
  signInSchema,
  updateSchema,
  noteSchema,
]);

export type Began = Readonly<z.infer<typeof beganSchema>>;
type Ended = Readonly<z.infer<typeof endedSchema>>;
export type AdminEvent = Readonly<z.infer<typeof eventSchema>>;
type SignIn = Readonly<z.infer<typeof signInSchema>>;
type Update = Readonly<z.infer<typeof updateSchema>>;
type Note = Readonly<z.infer<typeof noteSchema>>;
export type Entry = Began | Ended | AdminEvent | SignIn | Update | Note;

/** What whoever writes an entry says; its place in the chain is the trail's to say. */
type Draft<E extends Entry> = E extends Entry ? Omit<E, "form" | "seq" | "previous" | "recordedAt"> : never;
export type NewEntry = Draft<Entry>;

/** A run of a command: what it set out to do, and how that ended. */
export interface Run {
  readonly began: Began;
  /** Undefined: it has not ended, or it was killed. */
  readonly ended?: Ended;
  /** What was done; of a run that has not ended, what it set out to do. */
  readonly what: What;
}

/** In the order in which they began. */
export function runsOf(entries: readonly Entry[]): Run[] {
  const ends = new Map(entries.flatMap((entry) => (entry.act === "ended" ? [[entry.run, entry]] : [])));
  return entries.flatMap((began): Run[] => {
    if (began.act !== "began") return [];
    const ended = ends.get(began.run);
    return [{ began, ...(ended && { ended }), what: { ...began.what, ...ended?.what } }];
  });
}
