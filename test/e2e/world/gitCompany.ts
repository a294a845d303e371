/**
 * A company whose checkout is a Git checkout of the repository that holds its data and a part of the program, with people
 * who may write to that repository, and one of them who means it. What somebody wants, they propose, and get merged.
 */
import { execFile } from "node:child_process";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Outcome } from ".";
import { accessText, email, exceptionsText, seedOf, token, type Name } from "./gitCompanyData";
import { SmallCompany } from "./smallCompany";

export type Files = Readonly<Record<string, string>>;

const access = "/2.0/repositories/acme/access";
export const stackFile = "stacks/Pulumi.main.yaml";
/** Of the program, what is in the repository; the rest lies in the checkout, and Git does not see it. */
const program = ["index.ts", "policy/pack.ts", "pipelines/bitbucket-pipelines.yml"];

/** A pull request that is merged. */
export interface Proposal {
  /** Who pushes. */
  readonly by: Name;
  readonly files: Files;
  /** Who opens it. Default: who pushes. */
  readonly opener?: Name;
  /** Who approves. Default: nobody. */
  readonly approvers?: readonly Name[];
  /** What is pushed after the approvals. Default: nothing. */
  readonly afterwards?: Files;
  /** Default: main. */
  readonly into?: string;
}

export class GitCompany {
  /** The data and the program as they were brought up. */
  readonly good: Files;
  private branches = 0;

  private constructor(readonly small: SmallCompany) {
    this.good = Object.fromEntries(
      ["access.yaml", "exceptions.yaml", stackFile, ...program].map((file) => [file, small.written(file)]),
    );
  }

  /** Its stack `main` has been brought up from main, and its people are in their teams. */
  static async start(): Promise<GitCompany> {
    const small = await SmallCompany.start({ access: accessText, seed: seedOf });
    small.write("exceptions.yaml", exceptionsText);
    const company = new GitCompany(small);
    await company.begin();
    for (const words of [
      ["deploy", "main", "--yes"],
      ["sync", "main", "--apply"],
    ]) {
      const { code, text } = await small.run(...words);
      if (code !== 0) throw new Error(text);
    }
    return company;
  }

  stop(): Promise<void> {
    return this.small.stop();
  }

  /** Commits to a branch, which it makes if need be, as somebody. @returns the commit */
  async push(branch: string, files: Files, by: Name | "admin", message = "Change"): Promise<string> {
    // Not as multipart, which ends every line in two characters.
    await this.ask("POST", `${access}/src`, by, new URLSearchParams({ branch, message, ...files }));
    return this.tip(branch);
  }

  async tip(branch: string): Promise<string> {
    const { target } = await this.ask<{ target: { hash: string } }>(
      "GET",
      `${access}/refs/branches/${branch}`,
    );
    return target.hash;
  }

  /** Pushes a branch, opens a pull request for it, and has it approved. @returns its number */
  async propose({
    by,
    files,
    opener = by,
    approvers = [],
    afterwards,
    into = "main",
  }: Proposal): Promise<number> {
    const name = `change-${(this.branches += 1)}`;
    await this.push(name, files, by);
    const sides = { source: { branch: { name } }, destination: { branch: { name: into } } };
    const { id } = await this.ask<{ id: number }>("POST", `${access}/pullrequests`, opener, JSON.stringify({ title: name, ...sides })); // prettier-ignore
    for (const approver of approvers)
      await this.ask("POST", `${access}/pullrequests/${id}/approve`, approver);
    if (afterwards) await this.push(name, afterwards, by);
    return id;
  }

  /** Merges it as one who may, whom nothing keeps from it. @returns the merge commit */
  async merge(id: number): Promise<string> {
    const { merge_commit: commit } = await this.ask<{ merge_commit: { hash: string } }>(
      "POST",
      `${access}/pullrequests/${id}/merge`,
      "cem",
    );
    return this.commit(commit.hash);
  }

  /** Leads a branch to where another is, and checks it out. */
  async lead(branch: string, to: string): Promise<void> {
    await this.pull(to);
    await this.git("push", "--quiet", "--force", "origin", `HEAD:${branch}`);
  }

  /** Merges a pull request by hand, as anybody may who may push, with these files in the merge. */
  async mergeByHand(id: number, files: Files): Promise<void> {
    await this.pull();
    await this.git("fetch", "--quiet", "origin", `change-${this.branches}`);
    const words = ["--no-ff", "--message", `Merged in change-${this.branches} (pull request #${id})`];
    await this.git("merge", "--quiet", ...words, "FETCH_HEAD");
    for (const [file, content] of Object.entries(files)) this.small.write(file, content);
    await this.git("commit", "--quiet", "--all", "--amend", "--no-edit");
    await this.git("push", "--quiet", "origin", "HEAD:main");
  }

  /** The comment on a pull request. */
  async comment(id: number): Promise<string> {
    const { values } = await this.ask<{ values: { content: { raw: string } }[] }>("GET", `${access}/pullrequests/${id}/comments`); // prettier-ignore
    return values.map(({ content }) => content.raw).join("\n");
  }

  /** Main, and the checkout of it, are again what was brought up. */
  async restore(): Promise<void> {
    await this.push("main", { ...this.good, files: "stacks/Pulumi.second.yaml" }, "admin", "Restored");
    await this.pull();
  }

  /** Checks out a branch as it is in Bitbucket now. */
  async pull(branch = "main"): Promise<void> {
    await this.git("fetch", "--quiet", "origin", branch);
    await this.git("reset", "--hard", "--quiet", "FETCH_HEAD");
  }

  deploy(stack = "main", ...more: string[]): Promise<Outcome> {
    return this.small.run("deploy", stack, "--yes", "--repository", "acme/access", ...more);
  }

  /** All that was written to either system since the last call, without what Keycloak logs of sign-ins. */
  async writes(): Promise<number> {
    const { world } = this.small;
    const bitbucket = world.emulator.log.since().filter(({ method, path }) => method !== "GET" && !path.startsWith(access)); // prettier-ignore
    world.emulator.log.clear();
    const { json } = await world.keycloak("GET", `/${world.realm}/admin-events?max=1000`);
    await world.keycloak("DELETE", `/${world.realm}/admin-events`);
    return bitbucket.length + (json as unknown[]).length;
  }

  async git(...args: string[]): Promise<string> {
    const who = ["-c", "user.name=admin", "-c", "user.email=admin@acme.example"];
    const at = { cwd: this.small.checkout.folder };
    return (await promisify(execFile)("git", [...who, ...args], at)).stdout.trim();
  }

  private async begin(): Promise<void> {
    const { world, checkout } = this.small;
    const origin = new URL("/acme/access.git", world.emulator.url);
    [origin.username, origin.password] = [world.administrator.email, world.administrator.token];
    await this.git("init", "--quiet", "--initial-branch=main");
    appendFileSync(join(checkout.folder, ".git/info/exclude"), "/*\n");
    await this.git("add", "--force", ...Object.keys(this.good));
    await this.git("commit", "--quiet", "--message", "The company");
    await this.git("remote", "add", "origin", origin.href);
    await this.git("push", "--quiet", "--force", "origin", "main");
  }

  private async commit(hash: string): Promise<string> {
    return (await this.ask<{ hash: string }>("GET", `${access}/commit/${hash}`)).hash;
  }

  private async ask<T>(
    method: string,
    path: string,
    as: Name | "admin" = "admin",
    body?: string | URLSearchParams,
  ): Promise<T> {
    const { world } = this.small;
    const who = as === "admin" ? world.administrator : { email: email(as), token: token(as) };
    const { status, json } = await world.send(method, path, body, who);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
    return json as T;
  }
}
