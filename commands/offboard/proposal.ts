/**
 * Opens the pull request that takes somebody's name out of `access.yaml`. What is proposed is built on the main branch of
 * the repository, whatever this checkout holds, and is evaluated as a whole before anything is pushed. An open one that
 * takes the name out is named instead of a second.
 */
import {
  accessFile,
  dataFiles,
  lockFile,
  readAccess,
  renderProblem,
  type DataTexts,
  type Settings,
} from "../../access";
import type { AccessFiles, Proposed } from "../../clients/accessFiles";
import { mentionText, removalOf, type Mention } from "./mentions";

export interface Proposal {
  /** What a person still has to do, a line each. */
  readonly left: readonly string[];
  /** The pull request, if the name could be taken out anywhere. */
  readonly request?: Proposed & { readonly isNew: boolean };
}

export interface RemovalArgs {
  readonly person: string;
  /** The least number of owners (`limits.owners`). */
  readonly leastOwners: number;
  /** Of the governing stack: the edited file has to be right for it. */
  readonly settings: Settings;
  readonly asOf: Date;
}

const file = accessFile;

/**
 * Pushes nothing where the file without the name would be wrong: `left` then says why.
 *
 * @throws Error if the repository has no `access.yaml` on its main branch
 */
export async function proposeRemoval(repository: AccessFiles, args: RemovalArgs): Promise<Proposal> {
  const { person, leastOwners } = args;
  const main = await repository.main();
  const texts = await textsAt(repository, main.commit);
  const { mentions, text } = removalOf(texts, person, leastOwners);
  const open = mentions.filter(({ todo }) => todo !== undefined).map(mentionText);
  const taken = mentions.filter(({ todo }) => todo === undefined);
  if (taken.length === 0) return { left: open };

  const known = await takingOut(repository, main.name, args);
  if (known !== undefined)
    return { left: [toMerge(known, repository, person), ...open], request: { ...known, isNew: false } };

  const wrong = problemsOf(text, texts.get(lockFile), args);
  if (wrong.length > 0) {
    const why = `no pull request was opened, since ${file} without ${person} would be wrong: ${wrong[0] ?? ""}`;
    return { left: [why, ...mentions.map(mentionText)] };
  }
  const branch = `offboard-${person}-${main.commit.slice(0, 12)}`;
  const title = `Take ${person} out of ${file}`;
  await repository.commit(branch, main.commit, file, text, title);
  const request = await repository.propose(branch, main.name, title, describe(person, taken, open));
  return { left: [toMerge(request, repository, person), ...open], request: { ...request, isNew: true } };
}

async function textsAt(repository: AccessFiles, commit: string): Promise<DataTexts> {
  const texts = new Map<string, string>();
  for (const { path, scope } of dataFiles) {
    const text = scope === "every stack" ? await repository.text(commit, path) : undefined;
    if (text !== undefined) texts.set(path, text);
  }
  if (!texts.has(file))
    throw new Error(`repository ${repository.name} has no ${file}: name the one that keeps it`);
  return texts;
}

/** An open pull request of ours that leaves nothing which could just be taken out. */
async function takingOut(
  repository: AccessFiles,
  into: string,
  { person, leastOwners }: RemovalArgs,
): Promise<Proposed | undefined> {
  const prefix = `offboard-${person}-`;
  const isOurs = (name: string) =>
    name.startsWith(prefix) && /^[0-9a-f]{12}$/.test(name.slice(prefix.length));
  for (const request of await repository.open(into, isOurs)) {
    const branch = await repository.branch(request.branch);
    if (branch === undefined) continue;
    const texts = await textsAt(repository, branch.commit);
    if (removalOf(texts, person, leastOwners).mentions.every(({ todo }) => todo !== undefined))
      return request;
  }
  return undefined;
}

function problemsOf(text: string, lock: string | undefined, { settings, asOf }: RemovalArgs): string[] {
  const locked = lock === undefined ? undefined : { text: lock, file: lockFile };
  const read = readAccess(text, file, settings, locked, asOf);
  return read.ok ? [] : read.problems.map(renderProblem);
}

function toMerge({ id, address }: Proposed, { name }: AccessFiles, person: string): string {
  const where = address === "" ? "" : `: ${address}`;
  return `merge pull request ${id} of ${name}, which takes ${person} out of ${file}${where}`;
}

function describe(person: string, taken: readonly Mention[], open: readonly string[]): string {
  const rest = ["", "What it leaves, since somebody has to decide:", "", ...open.map((line) => `- ${line}`)];
  return [
    `Written by \`npm run offboard -- ${person}\`, which has ended their access already. It takes the name out where`,
    "nothing has to be decided:",
    "",
    ...taken.map(({ line, what }) => `- line ${line}: ${what}`),
    ...(open.length > 0 ? rest : []),
  ].join("\n");
}
