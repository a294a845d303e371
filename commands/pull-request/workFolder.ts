/**
 * A folder in which the program that is checked out finds a proposal's data in place of its own: links to the program,
 * and the proposal's texts. It is gone when the work is done, however that ends.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataFileAt, dataPaths, exceptionsFile, stackOfFile, stacksFolder } from "../../access";
import { textsIn } from "../../checkout/folder";
import { stackTexts } from "../../checkout/stack";
import type { Proposal } from "../../checkout/proposal";
import type { SettingChange } from "../preview/report";
import { exceptionChanges } from "./exceptionChanges";
import { proposedStack } from "./stackFile";

/** What is not the program: its data, which the proposal replaces, and what belongs to the checkout alone. */
const left = new Set([...dataPaths, ".git", ".local"]);
/** How long an engine may take to end after an interrupt. */
const patience = 5_000;

export interface Work {
  readonly folder: string;
  /** What the stack files of the proposal, and its exceptions, say otherwise. */
  readonly settings: readonly SettingChange[];
}

/**
 * @param checkout the folder of Pulumi.yaml
 * @throws InvalidAccess where a stack file of the proposal is wrong
 */
export async function inWorkFolder<Result>(
  checkout: string,
  proposal: Proposal,
  work: (work: Work) => Promise<Result>,
): Promise<Result> {
  const stacks = stacksOf(checkout, proposal);
  // In a folder of its own name: only its owner may read it.
  const folder = mkdtempSync(join(tmpdir(), "bitbucket-keycloak-proposal-"));
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  const interrupted = () => {
    // The engine hears of it, too, and ends first; where nothing does, this ends here.
    setTimeout(() => process.exit(130), patience).unref();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  process.once("exit", remove);
  for (const signal of signals) process.on(signal, interrupted);
  try {
    for (const name of readdirSync(checkout))
      if (!left.has(name)) symlinkSync(join(checkout, name), join(folder, name));
    mkdirSync(join(folder, stacksFolder));
    for (const [path, text] of proposal.texts)
      if (dataFileAt(path)?.proposable === "all of it") writeFileSync(join(folder, path), text);
    for (const [path, text] of stacks.files) writeFileSync(join(folder, path), text);
    const present = textsIn(checkout).get(exceptionsFile);
    const exceptions = exceptionChanges(present, proposal.texts.get(exceptionsFile));
    return await work({ folder, settings: [...stacks.settings, ...exceptions] });
  } finally {
    for (const signal of signals) process.off(signal, interrupted);
    process.off("exit", remove);
    remove();
  }
}

/** The stack files of the checkout, with the proposal's settings. One that it adds or takes away is named, not followed. */
function stacksOf(
  checkout: string,
  { texts }: Proposal,
): { files: Map<string, string>; settings: SettingChange[] } {
  const present = stackTexts(checkout);
  const known = new Set(present.map(({ file }) => file));
  const files = new Map<string, string>();
  const settings: SettingChange[] = [...texts.keys()]
    .filter((path) => stackOfFile(path) !== undefined && !known.has(path))
    .map((file) => ({ file, setting: "", after: "a new stack", previewed: false }));
  for (const { file, text } of present) {
    const proposed = texts.get(file);
    if (proposed === undefined) settings.push({ file, setting: "", before: "a stack", previewed: false });
    const taken = proposed === undefined ? { text, changes: [] } : proposedStack(text, proposed, file);
    files.set(file, taken.text);
    settings.push(...taken.changes);
  }
  return { files, settings };
}
