/** What every bench has in common, so that one command can list, run and print them all. */
import type { Toolchain, Wanted } from "../../toolchain/build";
import type { Progress } from "../../toolchain/progress";

export interface BenchOptions {
  /** How many repositories the generated company has. */
  readonly repositories: number;
  /** How many people the company of `people` has. */
  readonly people: number;
  readonly progress: Progress;
  /** Found or built when the first bench asks for it. */
  readonly toolchain: (parts: Wanted) => Promise<Toolchain>;
  /** Throws once the run was interrupted: asked between two steps. */
  readonly checkpoint: () => void;
}

export interface BenchResult {
  /** Members of the one object that `--json` prints; no two benches have one of the same name. */
  readonly json: Readonly<Record<string, unknown>>;
  /** The same for people: a table, and what there is to know about it. */
  readonly text: string;
}

export interface Bench {
  readonly name: string;
  /** One line of `--help`. */
  readonly summary: string;
  /** Whether it runs where no bench is named. */
  readonly quick: boolean;
  run(options: BenchOptions): Promise<BenchResult>;
}
