/**
 * Opens the pull request that takes somebody's name out of `access.yaml`. What is proposed is built on the main branch of
 * the repository, whatever this checkout holds, and is evaluated as a whole before anything is pushed. An open one of ours
 * that proposes just that is named instead of a second. Whoever may push can prepare a branch or a pull request under the
 * names used here: what counts is what they hold, on top of main as it is now, and who opened them.
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
import type { AccessFiles, Branch, Edit, Proposed } from "../../clients/accessFiles";
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

  const edit: Edit = { parent: main.commit, path: file, text };
  const me = await repository.account();
  const { known, others } = await openOnes(repository, main.name, person, edit, me);
  const aside = others.map((request) => toDecline(request, repository, me));
  if (known !== undefined) {
    const left = [toMerge(known, repository, person), ...aside, ...open];
    return { left, request: { ...known, isNew: false } };
  }
  const wrong = problemsOf(text, texts.get(lockFile), args);
  if (wrong.length > 0) {
    const why = `no pull request was opened, since ${file} without ${person} would be wrong: ${wrong[0] ?? ""}`;
    return { left: [why, ...aside, ...mentions.map(mentionText)] };
  }
  const title = `Take ${person} out of ${file}`;
  const name = `${prefixOf(person)}${main.commit.slice(0, 12)}`;
  const branch = await committed(repository, name, edit, title, others);
  const description = describe(person, taken, open);
  const request = await repository.propose(branch.name, main.name, { title, description, me });
  const isMoved = request.commit === "" || !branch.commit.startsWith(request.commit);
  const next =
    isMoved || request.author !== me
      ? toDecline(request, repository, me)
      : toMerge(request, repository, person);
  return { left: [next, ...aside, ...open], request: { ...request, isNew: true } };
}

/** So many names are tried; who may push can take any of them. */
const mostNames = 20;

/** The edit on a branch that holds nothing else and that no other pull request is from. */
async function committed(
  repository: AccessFiles,
  name: string,
  edit: Edit,
  message: string,
  others: readonly Proposed[],
): Promise<Branch> {
  for (let number = 1; number <= mostNames; number++) {
    const branch = number === 1 ? name : `${name}-${number}`;
    if (others.some((request) => request.branch === branch)) continue;
    const made = await repository.commit(branch, edit, message);
    if (made !== undefined) return made;
  }
  throw new Error(
    `somebody else has made the branches ${name} to ${name}-${mostNames} of ${repository.name}: delete them, and run it again`,
  );
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

const prefixOf = (person: string): string => `offboard-${person}-`;

/** Open pull requests from branches that are called as ours are: the one that is just this edit, and the others. */
async function openOnes(
  repository: AccessFiles,
  into: string,
  person: string,
  edit: Edit,
  me: string,
): Promise<{ known?: Proposed; others: readonly Proposed[] }> {
  const prefix = prefixOf(person);
  const isOurs = (name: string) =>
    name.startsWith(prefix) && /^[0-9a-f]{12}(-\d+)?$/.test(name.slice(prefix.length));
  const others: Proposed[] = [];
  let known: Proposed | undefined;
  for (const request of await repository.open(into, isOurs)) {
    const branch = request.author === me ? await repository.branch(request.branch) : undefined;
    if (known === undefined && branch !== undefined && (await repository.holds(branch, edit)))
      known = request;
    else others.push(request);
  }
  return { ...(known && { known }), others };
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

function toDecline({ id, author }: Proposed, { name }: AccessFiles, me: string): string {
  const why =
    author === me
      ? "which does not hold what main needs now"
      : "which somebody else has opened, from a branch that is called as those of this command are";
  return `decline pull request ${id} of ${name}, ${why}`;
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
