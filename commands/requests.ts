/**
 * What a run asked of Bitbucket, told at its end: by family of requests, against what a user may ask in an hour, and
 * what a full refresh would take. Read from the journal that the plugin and our own commands write.
 */
import { say } from "@bitbucket-keycloak/output";
import { resourcesIn } from "@bitbucket-keycloak/pulumi-plugin/state";
import { forecast, publishedLimits, requestFamilies, type RequestFamily } from "@pulumi/bitbucket/api/budget";
import { type Sent, sentLately } from "@pulumi/bitbucket/api/journal";
import { givenLimit, journalFolder } from "@pulumi/bitbucket/api/meter";
import { type Engine, pulumi } from "../engine/engine";
import { localStack, variable } from "../access/environment";
import { readRequests } from "@pulumi/bitbucket/costs";

type Counts = ReadonlyMap<RequestFamily, number>;

/** The hour as it stands. */
export interface Hour {
  /** What was sent in it, by whomever. */
  readonly sent: readonly Sent[];
  /** Requests to repositories that one user may send; undefined: there is no limit. */
  readonly limit: number | undefined;
  /** Whether an access token reads, whose hour says itself how many requests it has. */
  readonly scaled?: boolean;
  readonly now: number;
}

export interface Run {
  /** Of the run; says where the journal is. */
  readonly env: NodeJS.ProcessEnv;
  readonly stack: string | undefined;
  /** Undefined: no forecast is made. */
  readonly engine?: Engine;
}

/** Runs something that may ask Bitbucket, and says at its end, however that is, how often it did. */
export async function tellingRequests<T>(run: Run, work: () => Promise<T>): Promise<T> {
  const began = Date.now();
  try {
    return await work();
  } finally {
    const state = hourOf(run);
    const counts = countsOf(state.sent.filter(({ time }) => time >= began));
    if (counts.size > 0) {
      say(askedText(counts, state));
      const full = await refreshOf(run);
      if (full !== undefined && full.size > 0) say(forecastText(full, state));
    }
  }
}

/** Says beforehand what a refresh will take, where that is more than the hour has left. */
export async function tellForecast(run: Run): Promise<void> {
  const state = hourOf(run);
  const full = state.limit === undefined ? undefined : await refreshOf(run);
  if (full !== undefined && waitOf(full, state) > 0) say(forecastText(full, state));
}

/** Whether this command line asks Bitbucket about every resource. */
export function isRefreshing(args: readonly string[]): boolean {
  const [command] = args.filter((arg) => !arg.startsWith("-"));
  return (
    command === "refresh" ||
    args.some((arg) => arg === "-r" || arg === "--refresh" || arg === "--refresh=true")
  );
}

/** `asked Bitbucket 14 times: repositories 12, groups 2; …` */
export function askedText(counts: Counts, { sent, limit }: Hour): string {
  const asked = `asked Bitbucket ${timesText(totalOf(counts))}: ${listText(counts)}`;
  if (limit === undefined || !counts.has("repositories")) return asked;
  const busiest = Math.max(0, ...timesByAccount(sent).map((times) => times.length));
  return `${asked}; ${busiest} of the ${grouped(limit)} requests to repositories that a user has in an hour are used`;
}

/** `a full refresh asks 1,204 times; the limit is 1,000 an hour: it will take about 73 minutes` */
export function forecastText(full: Counts, state: Hour): string {
  const asks = `a full refresh asks ${timesText(totalOf(full))}`;
  if (state.scaled) return `${asks}, most of them by the access token`;
  if (state.limit === undefined) return asks;
  const limit = `the limit is ${grouped(state.limit)} an hour to repositories`;
  const wait = waitOf(full, state);
  if (wait === 0) return `${asks}; ${limit}: it can be done at once`;
  return `${asks}; ${limit}: it will take about ${Math.ceil(wait / 60_000)} minutes, most of them waiting`;
}

/** What of the hour is spent, of the account that asked most; `wait`: milliseconds until its next request may be sent. */
export interface Spent {
  readonly used: number;
  /** Requests to repositories in an hour; undefined: there is no limit. */
  readonly limit: number | undefined;
  readonly wait: number;
}

/** As far as this machine's journal knows. */
export function spentOf(run: Run): Spent {
  const { sent, limit, scaled, now } = hourOf(run);
  const accounts = timesByAccount(sent);
  const used = Math.max(0, ...accounts.map((times) => times.length));
  if (limit === undefined || scaled) return { used, limit, wait: 0 };
  return { used, limit, wait: Math.max(0, ...accounts.map((times) => forecast(times, 1, limit, now))) };
}

/** How long so many requests to repositories have to wait, the last of them, in milliseconds. */
export function waitOfRequests(run: Run, planned: number): number {
  return waitOf(new Map([["repositories", planned]]), hourOf(run));
}

function waitOf(full: Counts, { sent, limit, scaled, now }: Hour): number {
  if (limit === undefined || scaled) return 0;
  const planned = full.get("repositories") ?? 0;
  const accounts = timesByAccount(sent);
  const waits = (accounts.length > 0 ? accounts : [[]]).map((times) => forecast(times, planned, limit, now));
  return Math.max(0, ...waits);
}

/** Times of requests to repositories, of each account. */
function timesByAccount(sent: readonly Sent[]): (readonly number[])[] {
  const limited = sent.filter(({ family }) => family === "repositories");
  const accounts = [...new Set(limited.map(({ account }) => account))];
  return accounts.map((account) =>
    limited.flatMap((one) => (one.account === account ? [one.time] : [])).sort((one, other) => one - other),
  );
}

/** The emulator of this machine's own stack has no limit. */
function hourOf({ env, stack }: Run): Hour {
  const now = Date.now();
  const limit = givenLimit(env) ?? (stack === localStack ? undefined : publishedLimits.repositories);
  const scaled = Boolean(env[variable.bitbucketAccessToken]);
  return { sent: sentLately(journalFolder(env), now), limit, scaled, now };
}

async function refreshOf({ engine, stack }: Run): Promise<Counts | undefined> {
  if (engine === undefined) return undefined;
  try {
    const args = ["stack", "export", ...(stack === undefined ? [] : ["--stack", stack])];
    return readRequests(resourcesIn(await pulumi(engine, args)).map(({ type }) => type));
  } catch {
    return undefined; // only a forecast: whatever is wrong with the stack is said elsewhere
  }
}

function countsOf(sent: readonly Sent[]): Counts {
  const counts = requestFamilies.map(
    (family) => [family, sent.filter((one) => one.family === family).length] as const,
  );
  return new Map(counts.filter(([, count]) => count > 0));
}

function listText(counts: Counts): string {
  return [...counts].map(([family, count]) => `${family} ${grouped(count)}`).join(", ");
}

function totalOf(counts: Counts): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

const timesText = (count: number): string => (count === 1 ? "once" : `${grouped(count)} times`);
const grouped = (count: number): string => count.toLocaleString("en");
