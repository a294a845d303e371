/** A preview of what a commit proposes, by the program that is checked out. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { exceptionsFile, pinnedSettings, stackFile, type Need } from "../../access";
import type { Progress } from "../../toolchain/progress";
import type { Engine } from "../../engine/engine";
import { coverageFile } from "../drift/coverage";
import { examine } from "../preview/preview";
import type { Report, SettingChange } from "../preview/report";
import { programSince } from "../../checkout/program";
import { readProposal } from "../../checkout/proposal";
import { inWorkFolder, type Work } from "./workFolder";

/**
 * @param ref a commit, branch or tag that the checkout has
 * @throws InvalidAccess with every problem of the proposed files, or what the engine said
 */
export async function previewFrom(
  ref: string,
  stack: string,
  engine: Engine,
  progress: Progress,
): Promise<Report> {
  const proposal = await readProposal(engine.cwd, ref);
  return inWorkFolder(engine.cwd, proposal, (work) =>
    previewIn({ ...work, tree: proposal.tree }, stack, engine, progress),
  );
}

/**
 * One stack of a proposal that lies in a work folder.
 *
 * @throws Error if this checkout has no such stack; InvalidAccess or what the engine said, as {@link previewFrom}
 */
export async function previewIn(
  { folder, settings, tree }: Work & { readonly tree: string },
  stack: string,
  engine: Engine,
  progress: Progress,
): Promise<Report> {
  // A stack of the proposal's own making would have addresses of its own making.
  const file = stackFile(stack);
  if (!existsSync(join(engine.cwd, file))) throw new Error(`there is no ${file} in this checkout`);
  const coverage = coverageFile(engine.cwd, stack);
  const { report } = await examine(stack, { ...engine, cwd: folder }, progress, {
    coverage,
    program: (since) => programSince(engine.cwd, since, tree),
  });
  // A stack that comes or goes is nobody's own, and everybody's business; and so is an exception.
  const own = settings.filter((each) => [file, exceptionsFile].includes(each.file) || each.setting === "");
  const isQuiet = report.verdict === "nothing" && own.length > 0;
  const moves = own.filter(({ setting }) => pinnedSettings.some((one) => one === setting)).map(moveOf);
  return {
    ...report,
    ...(own.length > 0 && { settings: own }),
    ...(isQuiet && { verdict: "changes" }),
    ...(moves.length > 0 && { needs: [...report.needs, ...moves], verdict: "second person" }),
  };
}

/** Where credentials go, and whose word counts, is for the company's owners, and they are asked where they were before. */
function moveOf({ file, setting, before = "nothing", after = "nothing" }: SettingChange): Need {
  const reason = `${setting} of ${file} moves from ${before} to ${after}`;
  return { reason, projects: [], beneficiaries: [], atoms: [] };
}
