/**
 * Whether Bitbucket keeps the contract that the emulator plays:
 *
 *     BITBUCKET_EMAIL=… BITBUCKET_API_TOKEN=… npm run conformance -- --workspace W --repository THROWAWAY
 *
 * It makes groups, restrictions, environments, variables, schedules, webhooks and reports with names that begin
 * with `conformance-`, looks, and removes them; with `--pipeline` also a branch, and a build that stays in the list. `--file`
 * writes what was found without a name or an id, for the emulator (`--conformance`) and to be sent to this project. Exit code 1 if anything differs or is left behind.
 */
import { print, say } from "@bitbucket-keycloak/output";
import { Command } from "commander";
import { writeFileSync } from "node:fs";
import { conformance } from "./run";
import { fileOf, line, summary } from "./table";

interface Flags {
  readonly workspace: string;
  readonly repository: string;
  readonly url: string;
  readonly pipeline?: true;
  readonly file?: string;
}

async function main(): Promise<void> {
  const {
    workspace,
    repository,
    url,
    pipeline = false,
    file,
  } = new Command("conformance")
    .description("Checks whether Bitbucket keeps the contract that the emulator plays")
    .requiredOption("--workspace <slug>", "workspace whose administrator the credential belongs to")
    .requiredOption("--repository <slug>", "repository with a branch main, whose content nobody needs")
    .option("--url <origin>", "where the API is", "https://api.bitbucket.org")
    .option("--pipeline", "also start a build, which costs about a minute of it")
    .option("--file <path>", "where to write what was found, as JSON without names and ids")
    .parse()
    .opts<Flags>();
  const credential = { email: environment("BITBUCKET_EMAIL"), token: environment("BITBUCKET_API_TOKEN") };
  checkUrl(url);
  const found = await conformance({ url, workspace, repository, pipeline, ...credential }, (result) => {
    print(line(result));
  });
  const { results } = found;
  print(`\n${summary(found)}`);
  if (file !== undefined) writeFileSync(file, fileOf(found));
  const good = results.every(
    ({ outcome, left }) => (outcome === "conforms" || outcome === "not examined") && left.length === 0,
  );
  process.exitCode = good ? 0 : 1;
}

function environment(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set; it takes the e-mail and an API token of an administrator`);
}

/** A token goes over TLS, or nowhere but to this machine. */
function checkUrl(url: string): void {
  const { protocol, hostname } = new URL(url);
  if (protocol === "https:" || ["127.0.0.1", "localhost", "[::1]"].includes(hostname)) return;
  throw new Error(`--url: found ${url}, expected https, or http on this machine`);
}

main().catch((error: unknown) => {
  say(`conformance: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
