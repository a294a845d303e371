/** What the engine tells of a run as it goes, one event a line, and what is known of one that did not come to its end. */
import { parseUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";
import { causesIn, isCancelled, isUncertain } from "./causes";

/** How many resources an update touched, by operation: `create`, `update`, `delete`, `replace`, `same` … */
export type Changes = Readonly<Record<string, number>>;

/** An operation on a resource. */
export interface Operation {
  /** `create`, `update`, `delete`, `create-replacement` … */
  readonly op: string;
  readonly urn: string;
}

/** What failed, and why: each cause once, in words. */
export interface Failed {
  readonly urn: string;
  /** Undefined where it was not begun. */
  readonly op: string | undefined;
  readonly causes: readonly string[];
}

/** A run that failed after it had begun to change something. */
export interface Halfway {
  /** What it changed, by operation; it stays. */
  readonly written: Changes;
  readonly failed: readonly Failed[];
  /** What is wrong with the run as a whole. */
  readonly others: readonly string[];
  /** Begun, and nobody knows whether they took effect. */
  readonly uncertain: readonly Operation[];
}

interface Metadata extends Operation {
  readonly new?: { readonly custom?: boolean } | null;
  readonly old?: { readonly custom?: boolean } | null;
}

/** What is looked at of the events that `pulumi up --json` prints. */
interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: Metadata; readonly planning?: boolean };
  readonly resOutputsEvent?: { readonly metadata: Metadata; readonly planning?: boolean };
  readonly resOpFailedEvent?: { readonly metadata: Metadata };
  readonly summaryEvent?: { readonly resourceChanges: Changes };
  readonly diagnosticEvent?: Diagnostic;
}

/** What the engine says of a resource, or of the run. */
export interface Diagnostic {
  readonly urn?: string;
  readonly message: string;
  readonly severity: string;
}

/** The halves of a replacement, by what each leaves where the other does not follow. */
const halves: Readonly<Record<string, string>> = {
  "create-replacement": "replace",
  "delete-replaced": "delete",
};

/** Reads the events of one run. */
export class Events {
  /** What it changed, as the engine sums it up. */
  changes: Changes = {};
  private readonly errors: Diagnostic[] = [];
  /** Whether it has not come beyond its preview. */
  private planned = true;
  /** Whether it has begun to change something. */
  private acted = false;
  private readonly begun = new Map<string, Metadata>();
  private readonly broken: Metadata[] = [];
  private readonly written: Record<string, number> = {};

  /** @param done told after each resource */
  constructor(private readonly done: () => void) {}

  /** @param line what is no event is passed over */
  read(line: string): void {
    const { resourcePreEvent, resOutputsEvent, resOpFailedEvent, summaryEvent, diagnosticEvent } =
      eventIn(line);
    // What a preview says is only meant.
    if (resourcePreEvent && !resourcePreEvent.planning) this.begin(resourcePreEvent.metadata);
    if (resOutputsEvent && !resOutputsEvent.planning) this.end(resOutputsEvent.metadata);
    if (resOpFailedEvent) this.fail(resOpFailedEvent.metadata);
    if (summaryEvent) this.changes = summaryEvent.resourceChanges;
    if (diagnosticEvent?.severity === "error") this.errors.push(diagnosticEvent);
  }

  /** What it says of itself, a line a resource, without what merely ended with the rest. */
  get problems(): string[] {
    const all = problemsIn(this.errors);
    const own = all.filter((problem) => !isOnlyMissed(problem));
    return own.length > 0 ? own : all;
  }

  /** Undefined where nothing that stands for something was begun, so that nothing has changed. */
  get halfway(): Halfway | undefined {
    if (!this.acted) return undefined;
    const ends = new Map(this.broken.map(({ op, urn }) => [urn, op]));
    const urns = new Set([...ends.keys(), ...this.errors.flatMap(({ urn }) => urn ?? [])].filter(isResource));
    const failed = [...urns].map((urn) => ({ op: ends.get(urn), urn, causes: this.causesOf(urn) }));
    const isKnown = ({ causes }: Failed) => causes.length > 0 && !causes.some(isUncertain);
    const uncertain = [
      ...failed.flatMap((one) =>
        one.op === undefined || isKnown(one) ? [] : [{ op: one.op, urn: one.urn }],
      ),
      ...[...this.begun.values()].map(({ op, urn }) => ({ op, urn })),
    ];
    return {
      written: this.written,
      failed: failed.filter(({ causes }) => !causes.every(isOnlyMissed)),
      others: problemsIn(this.errors.filter(({ urn }) => urn === undefined || !isResource(urn))).filter(
        (problem) => !isOnlyMissed(problem),
      ),
      uncertain,
    };
  }

  private begin(operation: Metadata): void {
    this.planned = false;
    if (!isReal(operation)) return;
    this.acted = true;
    this.begun.set(keyOf(operation), operation);
  }

  private end(operation: Metadata): void {
    this.done();
    this.begun.delete(keyOf(operation));
    if (!isReal(operation)) return;
    const op = halves[operation.op] ?? operation.op;
    this.written[op] = (this.written[op] ?? 0) + 1;
  }

  private fail(operation: Metadata): void {
    this.begun.delete(keyOf(operation));
    if (this.planned || !isReal(operation)) return;
    this.acted = true;
    this.broken.push(operation);
  }

  private causesOf(urn: string): string[] {
    return causesIn(this.errors.filter((one) => one.urn === urn).map(({ message }) => message));
  }
}

/** `type name: cause`, for each cause of each resource; the stack's own are no resource's. */
export function problemsIn(errors: readonly Diagnostic[]): string[] {
  const urns = [...new Set(errors.map(({ urn }) => urn))];
  return urns.flatMap((urn) => {
    const causes = causesIn(errors.filter((one) => one.urn === urn).map(({ message }) => message));
    const of = urn === undefined ? undefined : parseUrn(urn);
    const isNone = of === undefined || of.type === "pulumi:pulumi:Stack";
    return isNone ? causes : causes.map((cause) => `${of.type} ${of.name}: ${cause}`);
  });
}

/** Under a plan, what never began because something else failed is an error of its own; so is what was cancelled. */
function isOnlyMissed(problem: string): boolean {
  return (
    (problem.includes("expected resource operations for") && problem.includes("but none were seen")) ||
    isCancelled(problem) ||
    problem === "update failed"
  );
}

/** The stack stands for the program. */
function isResource(urn: string): boolean {
  return parseUrn(urn)?.type !== "pulumi:pulumi:Stack";
}

/** Whether it changes something outside the state. Components and providers stand for nothing in either system. */
function isReal({ op, urn, new: after, old: before }: Metadata): boolean {
  const isQuiet = ["same", "read", "refresh", "replace"].includes(op) || /^(discard|remove-pending)/.test(op);
  return !isQuiet && (after ?? before)?.custom === true && !(parseUrn(urn)?.type ?? "").startsWith("pulumi:");
}

function keyOf({ op, urn }: Operation): string {
  return `${op} ${urn}`;
}

function eventIn(line: string): EngineEvent {
  try {
    return JSON.parse(line) as EngineEvent;
  } catch {
    return {};
  }
}
