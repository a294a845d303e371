/**
 * Does several tasks, each as soon as those that it needs are done, and beside whatever else runs. Where one fails, the
 * others are told to end and are waited for, so that nothing goes on behind the error.
 */
import type { Progress } from "./progress";

export interface Task {
  /** For people: `Keycloak 26.7.3`. */
  readonly title: string;
  /** Titles of the tasks that have to be done first. Default: none. */
  readonly after?: readonly string[];
  /** Does it. Ends soon where the plan's signal says so. */
  readonly run: () => Promise<unknown>;
}

/**
 * Runs a plan to its end.
 *
 * @param tasks none names one that comes after it
 * @param abort ends what runs; aborted here where a task fails
 * @throws the error of the first task that failed, with the task's title; or the reason of the signal
 */
export async function runPlan(
  tasks: readonly Task[],
  abort: AbortController,
  progress: Progress,
): Promise<void> {
  const ends = new Map<string, Promise<void>>();
  let failure: Error | undefined;
  const perform = async ({ title, run }: Task, before: readonly Promise<void>[]): Promise<void> => {
    const begun = progress.expect(title);
    try {
      await Promise.all(before);
      abort.signal.throwIfAborted();
      begun();
      await run();
    } catch (error) {
      if (!abort.signal.aborted) {
        failure = new Error(`${title}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
        abort.abort(failure);
      }
      throw error;
    } finally {
      begun();
    }
  };
  for (const task of tasks) {
    const before = (task.after ?? []).map((title) => {
      const end = ends.get(title);
      if (end === undefined)
        throw new Error(`"${task.title}" comes after "${title}", which is not before it`);
      return end;
    });
    const end = perform(task, before);
    end.catch(() => undefined);
    ends.set(task.title, end);
  }
  await Promise.allSettled(ends.values());
  if (failure !== undefined) throw failure;
  abort.signal.throwIfAborted();
}

/** Somebody pressed Ctrl-C, or asked the command to end. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted; what is finished stays, and the next run goes on from there");
  }
}

/**
 * Waits for work that cannot be ended from here, or for the signal: the work may go on behind it.
 *
 * @throws the signal's reason
 */
export async function orAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => {
      reject(signal.reason as Error);
    });
  });
  return Promise.race([work, aborted]);
}

/**
 * Gives work a controller that Ctrl-C, and being asked to end, abort.
 *
 * @throws Interrupted
 */
export async function interruptible<Result>(
  work: (abort: AbortController) => Promise<Result>,
): Promise<Result> {
  const abort = new AbortController();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const interrupt = (): void => {
    abort.abort(new Interrupted());
  };
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await work(abort);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}
