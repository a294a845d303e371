/**
 * The state in memory and, if it is to outlive the process, in a file. Commits and branches are no part of it: they are
 * in bare repositories beside it.
 *
 * An answer to a change is given only once the change is on disk: a client that was told "created" finds it
 * after a crash of the emulator too. Writing the whole state for every change would be slow, so all changes
 * that come while one write is under way share the next. A write goes to a temporary file that then takes the
 * place of the old one, so that there is a whole state at every moment. The file holds the values of variables
 * in clear, since steps need them: only its owner may read it.
 */
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Repository, type State } from "./entities";

export class Store {
  private writing: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  private current: State;
  /** Where the bare repositories are: beside the file, or in a folder that goes with the process. */
  private readonly folder: string;

  /**
   * @param kept what the file has
   * @param initial what is begun with if there is no file yet
   * @param file where the state is kept; undefined: in memory only
   */
  constructor(
    kept: State | undefined,
    initial: () => State,
    private readonly file?: string,
  ) {
    this.folder =
      file === undefined ? join(tmpdir(), `bitbucket-emulator-${randomUUID()}`) : `${file}.repositories`;
    this.current = kept ? this.placed(kept) : this.restart(initial());
  }

  get state(): State {
    return this.current;
  }

  /** Goes on with another state, and with nothing of the repositories there were. */
  restart(state: State): State {
    rmSync(this.folder, { recursive: true, force: true });
    return (this.current = this.placed(state));
  }

  /** Says where the bare repository of a repository is, or will be. */
  place(repository: Repository): void {
    repository.folder = join(this.folder, `${repository.uuid.slice(1, -1)}.git`);
  }

  /** Takes away what nobody could find again. */
  async close(): Promise<void> {
    await this.saved();
    if (this.file === undefined) await rm(this.folder, { recursive: true, force: true });
  }

  private placed(state: State): State {
    for (const each of state.repositories) this.place(each);
    return state;
  }

  /** Resolves when the state as it is now is on disk; at once if it is kept in memory only. */
  saved(): Promise<void> {
    const { file } = this;
    if (file === undefined) return Promise.resolve();
    if (this.writing === undefined) return this.write(file);
    const write = (): Promise<void> => this.write(file);
    this.next ??= this.writing.then(write, write);
    return this.next;
  }

  private write(file: string): Promise<void> {
    this.next = undefined;
    this.writing = replaceFile(file, JSON.stringify(this.state)).finally(() => {
      this.writing = undefined;
    });
    return this.writing;
  }
}

async function replaceFile(file: string, content: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(temporary, content, { mode: 0o600 });
  await rename(temporary, file);
}

/**
 * The state kept in a file, or undefined if there is none. What was running when it was written runs no more.
 *
 * @throws if the file is no state of this version
 */
export function readState(file: string): State | undefined {
  if (!existsSync(file)) return undefined;
  const state = parse(file);
  for (const repository of state.repositories) stopPipelines(repository);
  return state;
}

function parse(file: string): State {
  const fix = "remove it to start from the seed";
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new Error(`${file}: not JSON; ${fix}`);
  }
  const version = (content as { version?: unknown } | null)?.version;
  if (version !== 2) throw new Error(`${file}: state of version ${String(version)}, expected 2; ${fix}`);
  return content as State;
}

/** Ends every pipeline that is under way; the processes of its steps are the runner's business. */
export function stopPipelines(repository: Repository): void {
  const now = new Date().toISOString();
  for (const pipeline of repository.pipelines) {
    if (pipeline.status !== "PENDING" && pipeline.status !== "IN_PROGRESS") continue;
    pipeline.status = "STOPPED";
    pipeline.completedOn = now;
    for (const step of pipeline.steps) {
      if (step.status === "PENDING") step.status = "NOT_RUN";
      else if (step.status === "IN_PROGRESS") step.status = "STOPPED";
    }
  }
}
