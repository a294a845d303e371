/**
 * The emulator as a program of its own:
 *
 *     node toolchain/compiled.cjs packages/bitbucket-emulator/main.ts --port 7990 --file state.json --seed seed.json --log requests.jsonl
 *
 * It prints one line once it can be reached, and ends cleanly when it is asked to.
 */
import { print, say } from "@bitbucket-keycloak/output";
import { Command, InvalidArgumentError, Option } from "commander";
import { readFileSync } from "node:fs";
import { startEmulator, type Seed } from ".";
import { gitIsMissing, hasGit } from "./git/backend";
import { manners, type Manner } from "./manner";

interface Flags {
  readonly port: number;
  readonly host: string;
  readonly file?: string;
  readonly seed?: string;
  readonly log?: string;
  readonly limits?: true | number;
  readonly manner: Manner;
  readonly reading: Record<string, string>;
  readonly conformance?: string;
}

async function main(): Promise<void> {
  const { port, host, file, seed, log, limits, manner, reading, conformance } = new Command("emulator")
    .description("Bitbucket Cloud on a laptop")
    .option("--port <number>", "port to listen on; 0 for any that is free", portNumber, 0)
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--file <path>", "where the state is kept; continued if there is one")
    .option("--seed <path>", "JSON file to start from, if there is no state yet")
    .option("--log <path>", "file that the request log is appended to, as JSON lines")
    .option("--limits [hour]", "keep Bitbucket's limits of requests, or another number an hour", hourNumber)
    .addOption(
      new Option("--manner <manner>", "strict, or generous to run any client against it")
        .choices(manners)
        .default("strict"),
    )
    .option(
      "--reading <name=value>",
      "reading of Atlassian's documents to play; may be repeated",
      readingPair,
      {},
    )
    .option("--conformance <path>", "file of npm run conformance: play what is true there")
    .parse()
    .opts<Flags>();
  const emulator = await startEmulator({
    port,
    host,
    manner,
    // Checked when the emulator starts.
    readings: { ...(conformance === undefined ? {} : readReadings(conformance)), ...reading },
    ...(file === undefined ? {} : { file }),
    ...(seed === undefined ? {} : { seed: readSeed(seed) }),
    ...(limits === undefined ? {} : { limits: limits === true ? {} : { hour: limits } }),
    ...(log === undefined ? {} : { logFile: log }),
  });
  print(`Bitbucket emulator: ${emulator.url}`);
  if (!hasGit()) say(`emulator: ${gitIsMissing}`);

  const end = (): void => {
    void emulator.close().then(() => process.exit(0));
  };
  process.once("SIGTERM", end);
  process.once("SIGINT", end);
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError("expected a number from 0 to 65535");
}

function hourNumber(text: string): number {
  const requests = Number(text);
  if (Number.isInteger(requests) && requests > 0) return requests;
  throw new InvalidArgumentError("expected a number of requests, above 0");
}

function readingPair(text: string, before: Record<string, string>): Record<string, string> {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("expected name=value");
  return { ...before, [name]: value };
}

/** What it holds is checked when the emulator starts. No message quotes it: it holds tokens. */
function readSeed(path: string): Seed {
  const text = readFileSync(path, "utf8");
  try {
    return JSON.parse(text) as Seed;
  } catch {
    throw new Error(`seed ${path}: not JSON`);
  }
}

/** What is in it is checked when the emulator starts. */
function readReadings(path: string): object {
  try {
    const { form, readings } = JSON.parse(readFileSync(path, "utf8")) as {
      form?: unknown;
      readings?: unknown;
    };
    if (form === 1 && typeof readings === "object" && readings !== null) return readings;
  } catch {
    // Said below.
  }
  throw new Error(`conformance ${path}: not a file that npm run conformance wrote`);
}

main().catch((error: unknown) => {
  say(`emulator: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
