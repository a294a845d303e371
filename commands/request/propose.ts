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

/** What is asked for, and how it is written into other texts than those of main. */
interface Request {
  /** Of main. */
  readonly texts: DataTexts;
  /** @throws Error where it cannot be written into them */
  readonly draftOf: (texts: DataTexts) => Draft;
  readonly reason: string;
}

/** What became of it. */
interface Requested {
  readonly request: Proposed;
  readonly draft: Draft;
  /** User names of those who are reviewers of the pull request: whose approval counts, else who answers for the place. */
  readonly asked: readonly string[];
  /** Who else should be, and why they are not, a line each. */
  readonly unasked: readonly string[];
}

/**
 * Opens it, or has an open one of this account, for the same grant, end at another time.
 *
 * @param main the branch that `texts` are of
 * @throws Error where the branch is somebody else's
 */
export async function proposed(
  files: AccessFiles,
  main: { readonly name: string; readonly commit: string },
  { texts, draftOf, reason }: Request,
): Promise<Requested> {
  const draft = draftOf(texts);
  const me = await files.account();
  const who = (draft.question.subject?.name ?? "").toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  const open = await files.open(main.name, (one) => one.startsWith(`request-${who}-`));
  for (const request of open.filter(({ author }) => author === me)) {
    const renewed = await renewedIn(request, { files, texts, draftOf, draft });
    if (renewed === undefined) continue;
    if (renewed.text !== renewed.known) {
      await files.amend(request, { path: accessFile, text: renewed.text }, renewed.title);
      await files.retitle(request.id, { title: renewed.title, description: descriptionOf(renewed, reason) });
    }
    return { request, draft: renewed, asked: [], unasked: [] };
  }
  const { text, title } = draft;
  const name = `request-${who}-${main.commit.slice(0, 12)}`;
  const branch = await files.commit(name, { parent: main.commit, path: accessFile, text }, title);
  if (branch === undefined)
    throw new Error(
      `branch ${name} of ${files.name} holds something else: merge or delete it, and run this again`,
    );
  const known = open.find(({ author, branch: from }) => author === me && from === name);
  if (known !== undefined) return { request: known, draft, asked: [], unasked: [] };
  const reviewers = await reviewersOf(draft, files, me);
  const description = descriptionOf(draft, reason);
  const request = await files.propose(branch.name, main.name, {
    ...{ title, description, me },
    reviewers: reviewers.flatMap(({ account }) => account ?? []),
  });
  return {
    request,
    draft,
    asked: reviewers.flatMap(({ name: one, account }) => (account === undefined ? [] : [one])),
    unasked: reviewers.flatMap(({ name: one, why }) => (why === undefined ? [] : [`${one}, ${why}`])),
  };
}

/** What an open pull request would say; undefined where it is about something else. */
async function renewedIn(
  { commit }: Proposed,
  { files, texts, draftOf, draft }: Pick<Request, "texts" | "draftOf"> & { files: AccessFiles; draft: Draft },
): Promise<(Draft & { readonly known: string }) | undefined> {
  const known = await files.text(commit, accessFile);
  if (known === undefined) return undefined;
  if (known === draft.text) return { ...draft, known };
  try {
    const there = draftOf(new Map([...texts, [accessFile, known]]));
    // What main has already is not what this pull request is about.
    return there.before === undefined || there.before === draft.before ? undefined : { ...there, known };
  } catch {
    return undefined;
  }
}

interface Reviewer {
  readonly name: string;
  readonly account?: string;
  readonly why?: string;
}

/** By the account that `access.yaml` names, else by the e-mail address, as far as this account may ask. */
async function reviewersOf({ proposal, model }: Draft, files: AccessFiles, me: string): Promise<Reviewer[]> {
  const { asks, owners } = proposal;
  const names = asks.length > 0 ? asks.flatMap(({ approvers }) => approvers) : owners;
  return Promise.all(
    [...new Set(names)].map(async (name): Promise<Reviewer> => {
      const person = model.people.find(({ username }) => username === name);
      const account = person?.account ?? (await files.accountOf(person?.email ?? "").catch(() => undefined));
      if (account === undefined) return { name, why: "whose account is not known here: tell them" };
      return account === me ? { name, why: "whose account opens it" } : { name, account };
    }),
  );
}

function descriptionOf({ lines }: Draft, reason: string): string {
  return [reason, "", ...lines.map((line) => `    ${line}`)].join("\n");
}
