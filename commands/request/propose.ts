/** Opens the pull request of a request: on a branch of its own, on top of main, whatever this checkout holds. */
import { accessFile, dataFiles, stacksFolder, type DataTexts } from "../../access";
import type { AccessFiles, Proposed } from "../../clients/accessFiles";
import type { Draft } from "./draft";

/** The data files of a commit, and the stack files of the checkout. @throws Error if there is no `access.yaml` */
export async function textsOfMain(
  files: AccessFiles,
  commit: string,
  checkout: DataTexts,
): Promise<DataTexts> {
  const texts = new Map([...checkout].filter(([path]) => path.startsWith(`${stacksFolder}/`)));
  for (const { path, scope } of dataFiles) {
    const text = scope === "every stack" ? await files.text(commit, path) : undefined;
    if (text !== undefined) texts.set(path, text);
  }
  if (texts.has(accessFile)) return texts;
  throw new Error(`repository ${files.name} has no ${accessFile}: name the one that keeps it`);
}

/**
 * @param main the branch that the draft was made of
 * @throws Error where the branch is somebody else's
 */
export async function proposed(
  files: AccessFiles,
  main: { readonly name: string; readonly commit: string },
  { text, title, lines, question }: Draft,
  reason: string,
): Promise<Proposed> {
  const who = (question.subject?.name ?? "").toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  const name = `request-${who}-${main.commit.slice(0, 12)}`;
  const branch = await files.commit(name, { parent: main.commit, path: accessFile, text }, title);
  if (branch === undefined)
    throw new Error(
      `branch ${name} of ${files.name} holds something else: merge or delete it, and run this again`,
    );
  const me = await files.account();
  const open = await files.open(main.name, (one) => one === name);
  const known = open.find(({ author }) => author === me);
  if (known !== undefined) return known;
  const description = [reason, "", ...lines.map((line) => `    ${line}`)].join("\n");
  return files.propose(branch.name, main.name, { title, description, me });
}
