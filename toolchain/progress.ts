/**
 * Says what is being done and for how long. A set-up takes minutes; a silent minute looks like a hang. On a
 * terminal one line ticks; in a log each step is a line when it begins, each half minute, and when it ends.
 */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Step {
  /** Says how far it is; shown beside its title from now on. */
  note(text: string): void;
  /** Says that it is done. */
  done(): void;
  /** Takes it off the line without a word: the error that ended it says more. */
  failed(): void;
}

interface Running {
  readonly title: string;
  note?: string;
  readonly since: number;
}

export class Progress {
  private readonly running = new Set<Running>();
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param output default: the error stream, so that what a command prints can still be piped
   * @param now milliseconds
   */
  constructor(
    private readonly output: Output = process.stderr,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Runs a step and says how long it took.
   *
   * @param work may tell how far it is, in a few words
   */
  async step<Result>(
    title: string,
    work: (note: (text: string) => void) => Promise<Result>,
  ): Promise<Result> {
    const step = this.begin(title);
    try {
      const result = await work((text) => {
        step.note(text);
      });
      step.done();
      return result;
    } catch (error) {
      step.failed();
      throw error;
    }
  }

  begin(title: string): Step {
    const step: Running = { title, since: this.now() };
    this.running.add(step);
    if (!this.output.isTTY) this.output.write(`${title} …\n`);
    this.timer ??= setInterval(
      () => {
        this.tick();
      },
      this.output.isTTY ? 1000 : 30_000,
    ).unref();
    this.draw();
    return {
      note: (text) => {
        step.note = text;
      },
      done: () => {
        this.end(step, `${title}: ${duration(this.now() - step.since)}\n`);
      },
      failed: () => {
        this.end(step, "");
      },
    };
  }

  private end(step: Running, line: string): void {
    if (!this.running.delete(step)) return;
    this.clear();
    this.output.write(line);
    this.draw();
    if (this.running.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private tick(): void {
    if (this.output.isTTY) this.draw();
    else
      for (const step of this.running)
        this.output.write(`${labelOf(step)}: ${duration(this.now() - step.since)} so far\n`);
  }

  private draw(): void {
    if (!this.output.isTTY || this.running.size === 0) return;
    this.clear();
    this.output.write(statusLine([...this.running], this.now(), this.output.columns ?? 80));
  }

  private clear(): void {
    if (this.output.isTTY) this.output.write("\r\u001b[K");
  }
}

/** What runs, with seconds, in one line that fits. */
export function statusLine(steps: readonly Running[], now: number, columns: number): string {
  const line = steps.map((step) => `${labelOf(step)} (${duration(now - step.since)})`).join(", ");
  return line.length < columns ? line : `${line.slice(0, columns - 2)}…`;
}

function labelOf({ title, note }: Running): string {
  return note === undefined ? title : `${title}, ${note}`;
}

/** `850 ms`, `12 s`, `3 min 40 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
