/**
 * Stacks do not know of each other: two that own the same thing would undo each other's work at every run, and
 * each of them would look right. So they are held against each other before either of them runs.
 */
import type { Settings } from "../model";
import type { Positions } from "../file/positions";
import { sortProblems, type Problem } from "../problem";
import { parseStackFile } from "./settings";
import type { Path } from "../file/source";

export interface Stack {
  /** Example: `stacks/Pulumi.prod.yaml`. */
  readonly file: string;
  readonly settings: Settings;
  /** Where its settings stand, if they were read from a text. */
  readonly positions?: Positions;
}

interface Claim {
  /** What a stack owns alone; undefined if it does not claim it. */
  readonly of: (settings: Settings) => string | undefined;
  readonly setting: Path;
  readonly fix: string;
}

const claims: readonly Claim[] = [
  {
    of: ({ bitbucket: { url, workspace, governing } }) =>
      governing ? `the governing of workspace ${workspace} at ${url}` : undefined,
    setting: ["bitbucket", "governing"],
    fix: "let one of them govern, and set governing to false in the other",
  },
  {
    of: ({ keycloak: { url, realm } }) => `the realm ${realm} at ${url}`,
    setting: ["keycloak", "realm"],
    fix: "give each stack a realm of its own",
  },
  {
    of: ({ environment, bitbucket: { url, workspace } }) =>
      `the environment ${environment} of workspace ${workspace} at ${url}`,
    setting: ["environment"],
    fix: "give each stack an environment of its own",
  },
];

/** What two stacks claim at once. */
export function checkStacks(stacks: readonly Stack[]): Problem[] {
  const problems = claims.flatMap((claim) => {
    const owners = new Map<string, Stack>();
    return stacks.flatMap((stack): Problem[] => {
      const thing = claim.of(stack.settings);
      if (thing === undefined) return [];
      const owner = owners.get(thing);
      if (owner === undefined) {
        owners.set(thing, stack);
        return [];
      }
      const place = stack.positions?.at(claim.setting) ?? { file: stack.file, path: claim.setting.join(".") };
      return [{ ...place, found: `${thing}, which ${owner.file} claims too`, fix: claim.fix }];
    });
  });
  return sortProblems(problems);
}

/**
 * What one stack and any other of the folder both claim. Another file that cannot be read is a problem too: what it
 * claims is not known.
 *
 * @param files all stack files of the folder, the stack's own among them or not
 */
export function rivalProblems(own: Stack, files: readonly { file: string; text: string }[]): Problem[] {
  const reads = files
    .filter(({ file }) => file !== own.file)
    .map(({ file, text }) => ({ file, ...parseStackFile(text, file) }));
  const unreadable = reads.flatMap((read) => (read.ok ? [] : read.problems));
  const others = reads.flatMap((read) => (read.ok ? [read] : []));
  return [...unreadable, ...checkStacks([...others, own]).filter(({ file }) => file === own.file)];
}
