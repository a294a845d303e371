/**
 * The hour that Bitbucket counts is longer than a run, and two runs at once share it. So what was sent is written
 * down where other processes find it: a folder with a file for each hour of the clock, to which each request adds
 * a line. Lines are only ever added, which needs no lock, and files that no longer count are removed.
 */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { messageOf } from "@bitbucket-keycloak/pulumi-plugin/problem";
import { hour, requestFamilies, type RequestFamily, within } from "./budget";

/** How old a look at what others wrote may be, in milliseconds. */
const freshness = 5_000;

export class Journal {
  private times = new Map<string, number[]>();
  private readAt = -Infinity;
  private folder: string | undefined;

  /**
   * @param folder undefined: what is sent is counted for this process only
   * @param warn told once if the folder cannot be used
   */
  constructor(
    folder: string | undefined,
    private readonly warn: (text: string) => void,
  ) {
    this.folder = folder;
  }

  /** When this account sent requests of this family in the last hour, ascending. */
  sent(account: string, family: RequestFamily, now: number): readonly number[] {
    if (now - this.readAt > freshness) this.readAll(now);
    return within(this.times.get(`${family} ${account}`) ?? [], now);
  }

  record(account: string, family: RequestFamily, now: number): void {
    if (this.readAt === -Infinity) this.readAll(now);
    this.note(`${family} ${account}`, now);
    this.attempt((folder) => {
      appendFileSync(join(folder, fileOf(now)), `${now} ${family} ${account}\n`);
    });
  }

  private readAll(now: number): void {
    this.readAt = now;
    this.attempt((folder) => {
      mkdirSync(folder, { recursive: true });
      const current = [fileOf(now - hour), fileOf(now)];
      const files = readdirSync(folder).filter((name) => /^requests-\d+\.log$/.test(name));
      for (const name of files) if (name < (current[0] ?? "")) rmSync(join(folder, name), { force: true });
      this.times = new Map();
      for (const { time, family, account } of current.flatMap((name) => written(join(folder, name))))
        this.note(`${family} ${account}`, time);
      for (const times of this.times.values()) times.sort((one, other) => one - other);
    });
  }

  private note(key: string, time: number): void {
    const times = this.times.get(key);
    if (times === undefined) this.times.set(key, [time]);
    else times.push(time);
  }

  /** A journal that cannot be kept must not stop a run; but it says that the hour is unknown. */
  private attempt(write: (folder: string) => void): void {
    if (this.folder === undefined) return;
    try {
      write(this.folder);
    } catch (thrown) {
      this.warn(
        `bitbucket: the requests of this hour cannot be kept in ${this.folder} (${messageOf(thrown)}), so those of other runs are unknown; set BITBUCKET_REQUEST_JOURNAL to a folder that can be written`,
      );
      this.folder = undefined;
    }
  }
}

/** A request that was sent: when, in milliseconds since 1970, to what, and as whom (a hash). */
export interface Sent {
  readonly time: number;
  readonly family: RequestFamily;
  readonly account: string;
}

/** What all processes that share a journal sent in the last hour; nothing where there is no journal. */
export function sentLately(folder: string, now: number): readonly Sent[] {
  const files = [fileOf(now - hour), fileOf(now)].map((name) => join(folder, name));
  return files.flatMap(written).filter(({ time }) => time > now - hour);
}

/** Lines that are whole; the last may be under way. */
function written(file: string): readonly Sent[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, time, family, account] = /^(\d+) (\w+) (\w+)$/.exec(line) ?? [];
      const known = requestFamilies.find((one) => one === family);
      return known === undefined || account === undefined
        ? []
        : [{ time: Number(time), family: known, account }];
    });
}

/** Names sort as their hours do: the number has as many digits for the next centuries. */
function fileOf(time: number): string {
  return `requests-${Math.floor(time / hour)}.log`;
}
