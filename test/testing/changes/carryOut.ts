/** A sequence as people carry it out: branches, pushes, pull requests, approvals, merges, and then a deploy. */
import { isProgram, needsOf } from "../../../access";
import { AccessRepository } from "../../../clients/accessRepository";
import { Accounts, type Baseline } from "../../../commands/deploy/accounts";
import { approvalOf } from "../../../commands/deploy/approval";
import type { Evaluated } from "../../../commands/deploy/pending";
import { accounts, company, emailOf, filesOf, keptByKeycloak, type State } from "./company";
import {
  arrivalsOf,
  asOf,
  changedBy,
  proper,
  readOf,
  type Arrival,
  type Change,
  type Sequence,
} from "./sequence";
import type { Step } from "./verdict";
import type { Repository } from "./workspace";

/** What a branch holds; broken: its access.yaml cannot be read. */
interface Content {
  readonly state: State;
  readonly broken: boolean;
}

const textsOf = ({ state, broken }: Content): Record<string, string> => {
  const files = filesOf(state);
  return broken ? { ...files, "access.yaml": `${files["access.yaml"]}\n]` } : files;
};

/** As Bitbucket merges where nobody edited the same file; where both did, the source's. */
function mergeOf(from: Content, main: Content, source: Content): Content {
  const [old, now] = [from, source].map(textsOf);
  const isTaken = (path: string) => old?.[path] !== now?.[path];
  const of = (path: string) => (isTaken(path) ? source : main);
  const { access } = of("access.yaml").state;
  const { config } = of("stacks/Pulumi.main.yaml").state;
  const { exceptions } = of("exceptions.yaml").state;
  return {
    state: { access, config, exceptions, program: of("index.ts").state.program },
    broken: of("access.yaml").broken,
  };
}

interface Opened {
  readonly id: number;
  readonly arrival: Arrival;
  readonly from: Content;
  /** After each push. */
  readonly contents: readonly Content[];
  readonly pullRequest: NonNullable<Step["pullRequest"]>;
}

export interface Deployed {
  readonly base: State;
  readonly steps: readonly Step[];
  readonly evaluated: Evaluated;
}

const readable = ({ state, broken }: Content): State | undefined => (broken ? undefined : state);

export async function carriedOut(of: Sequence, repository: Repository, url: string): Promise<Deployed> {
  const base = changedBy(company(url, of.isOpen), of.base, of.focus);
  const first: Content = { state: base, broken: false };
  const since = await repository.push("main", textsOf(first));
  let pushes = 0;
  let opened = 0;

  const open = async (arrival: Arrival, changes: readonly Change[], from: Content, parents?: string) => {
    const branch = `change-${(opened += 1)}`;
    const into = arrival.how === "pull request" || arrival.how === "pushed past" ? "main" : "side";
    if (into === "side") await repository.push("side", { "docs/side.md": String((pushes += 1)) });
    const contents: Content[] = [];
    const approvals: string[] = [];
    const fresh = new Set<string>();
    let id = 0;
    const approve = async (who: string, isLast: boolean) => {
      if (approvals.includes(who)) return;
      approvals.push(who);
      await repository.approve(id, who);
      if (isLast) fresh.add(who);
    };
    for (const [index, { by, named }] of arrival.pushes.entries()) {
      const isLast = index === arrival.pushes.length - 1;
      const some = changes.slice(0, Math.ceil((changes.length * (index + 1)) / arrival.pushes.length));
      const content = { state: changedBy(from.state, some, of.focus), broken: isLast && arrival.isBroken };
      contents.push(content);
      const fields = {
        ...textsOf(content),
        "docs/notes.md": String((pushes += 1)),
        message: `Part ${index} (pull request #${opened})`,
        ...(named !== undefined && { author: `${named} <${emailOf(named)}>` }),
        ...(index === 0 && parents !== undefined && { parents }),
      };
      await repository.push(branch, fields, by);
      if (index === 0) id = await repository.open(branch, into, arrival.author);
      for (const { who, after } of arrival.approvals)
        if (Math.min(after, arrival.pushes.length - 1) === index) await approve(who, isLast);
    }
    if (arrival.isAgreed) for (const who of accounts) if (who !== arrival.author) await approve(who, true);
    if (arrival.how === "led to main later") await repository.lead(id, "main", arrival.author);
    const [creator, ...others] = arrival.pushes;
    // Who made the branch under another name, nobody can tell.
    const known = creator?.named === undefined ? [creator?.by ?? ""] : [];
    const pullRequest = {
      into: arrival.how === "into side" ? "side" : "main",
      authors: new Set([arrival.author, ...known, ...others.map(({ by }) => by)]),
      approvals: arrival.how === "led to main later" ? new Set<string>() : fresh,
      head: contents.at(-1) && readable(contents.at(-1) as Content),
    };
    return { id, arrival, from, contents, pullRequest };
  };

  const parts = arrivalsOf(of);
  const early = new Map<number, Opened>();
  for (const [index, { arrival, changes }] of parts.entries())
    if (arrival.isEarly && arrival.how === "pull request")
      early.set(index, await open(arrival, changes, first, since));

  let [main, head]: [Content, string] = [first, since];
  const steps: Step[] = [];
  const merge = async (request: Opened) => {
    const { id, arrival, from, contents, pullRequest } = request;
    const isBehind = early.has(parts.findIndex((part) => part.arrival === arrival)) || pullRequest.into !== "main"; // prettier-ignore
    const strategy = arrival.strategy === "fast_forward" && isBehind ? "merge_commit" : arrival.strategy;
    head = await repository.merge(id, strategy, arrival.author);
    const merged = contents.map((content) => mergeOf(from, main, content));
    for (const content of strategy === "fast_forward" ? merged : merged.slice(-1))
      steps.push({ state: readable(content), program: content.state.program, pullRequest });
    main = merged.at(-1) ?? main;
  };
  for (const [index, { arrival, changes }] of parts.entries()) {
    const prepared = early.get(index);
    if (prepared !== undefined) await merge(prepared);
    else if (arrival.how !== "pushed past") await merge(await open(arrival, changes, main));
    else {
      main = { state: changedBy(main.state, changes, of.focus), broken: arrival.isBroken };
      const message = `Merged in change (pull request #${arrival.claims})`;
      const fields = { ...textsOf(main), message, "docs/notes.md": String((pushes += 1)) };
      head = await repository.push("main", fields, arrival.author);
      steps.push({ state: readable(main), program: main.state.program, pullRequest: undefined });
    }
  }
  if (main.broken) await merge(await open({ ...proper, ...(steps.at(-1)?.pullRequest?.into === "side" && { how: "into side" }) }, [], main)); // prettier-ignore
  return { base, steps, evaluated: await deployed(base, main.state, { since, head }, repository, of) };
}

/** What `deploy` asks before it brings anything up; the stack was last brought up with the base. */
async function deployed(
  from: State,
  to: State,
  { since, head }: { readonly since: string; readonly head: string },
  { name, env }: Repository,
  { disabled }: Sequence,
): Promise<Evaluated> {
  const [before, after] = [readOf(from), readOf(to)];
  if (before === undefined || after === undefined) throw new Error("a state that cannot be read");
  const repository = new AccessRepository(before.settings.bitbucket.url, name, env);
  const program = (await repository.changedPaths(since, head)).filter(isProgram);
  const realm: Baseline["realm"] = {
    get: <T>(path: string, query?: Record<string, string>) => {
      const username = query?.["username"];
      const email = before.model.people.find((one) => one.username === username)?.email;
      const user = { id: username, username, email, enabled: username !== disabled };
      return Promise.resolve((path === "users" ? [user] : undefined) as T | undefined);
    },
  };
  const people = { people: before.model.people, realm, name: "small" };
  const known = new Accounts(people, (address) => repository.accountOf(address));
  const { model, settings, exceptions } = after;
  const basis = { stack: "main", model, settings, exceptions, asOf, members: keptByKeycloak, before, since };
  const pending = { needs: needsOf(before, after, program), number: "123456789012", basis, commit: head };
  return approvalOf(pending, {}, { repository, accounts: known, env });
}
