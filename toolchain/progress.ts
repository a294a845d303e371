/**
 * Says what is being done and for how long. A set-up takes minutes; a silent minute looks like a hang. On a
 * terminal one line ticks; in a log each step is a line when it begins and when it ends, and each half minute there is one
 * line for all that runs. Either names what is still to come.
 */
import { clearLine, screen, visible, type Screen } from "@bitbucket-keycloak/output";

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
  private readonly coming = new Set<{ readonly title: string }>();
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param output default: the error stream, so that what a command prints can still be piped
   * @param now milliseconds
   */
  constructor(
    private readonly output: Screen = screen,
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

  /**
   * Names something that will begin later.
   *
   * @returns takes it back; it has begun, or will not
   */
  expect(title: string): () => void {
    const one = { title: visible(title) };
    this.coming.add(one);
    return () => {
      this.coming.delete(one);
    };
  }

  begin(what: string): Step {
    const title = visible(what);
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
        step.note = visible(text);
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
    else this.output.write(`still running: ${this.line()}\n`);
  }

  private draw(): void {
    if (!this.output.isTTY || this.running.size === 0) return;
    this.clear();
    this.output.write(fit(this.line(), this.output.columns ?? 80));
  }

  private line(): string {
    return statusLine([...this.running], [...this.coming], this.now());
  }

  private clear(): void {
    if (this.output.isTTY) this.output.write(clearLine);
  }
}

/** What runs, with seconds, and what is to come. */
export function statusLine(
  steps: readonly Running[],
  coming: readonly { readonly title: string }[],
  now: number,
): string {
  const line = steps.map((step) => `${labelOf(step)} (${duration(now - step.since)})`).join(", ");
  return coming.length === 0 ? line : `${line}; then: ${coming.map(({ title }) => title).join(", ")}`;
}

/** Cuts a line that does not fit. */
export function fit(line: string, columns: number): string {
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
