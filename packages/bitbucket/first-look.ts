/**
 * What was in a place before this stack first wrote there. The state remembers that, but only once a creation has come
 * to its end: a plugin that is killed in the middle, or a Ctrl-C, leaves entries behind that the next run would take for
 * somebody else's, adopt, and never remove. So the first look is written down before the first write, and holds until
 * the creation has ended.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** After so many milliseconds what was in the place is anybody's guess again. */
const holds = 24 * 3_600_000;

export interface FirstLook {
  /** Keys of what was there before the first attempt at this creation. */
  readonly before: ReadonlySet<string>;
  /** The creation is recorded elsewhere from now on. */
  readonly end: () => void;
}

interface Written {
  readonly at: number;
  readonly before: readonly string[];
}

export class FirstLooks {
  /**
   * @param folder undefined: nothing is remembered, and whatever is there counts as somebody else's
   * @param server the same place may be on two servers
   */
  constructor(
    private readonly folder: string | undefined,
    private readonly server: string,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * To be called before the first write of a creation.
   *
   * @param place for example `group acme/payments`
   * @param present keys of what is there now
   * @param writes whether anything will be written at all
   */
  begin(place: string, present: readonly string[], writes: boolean): FirstLook {
    if (this.folder === undefined) return { before: new Set(present), end: () => undefined };
    const name = createHash("sha256").update(`${this.server} ${place}`).digest("hex").slice(0, 32);
    const file = join(this.folder, `${name}.json`);
    const earlier = this.read(file);
    if (earlier === undefined && writes) this.write(file, { at: this.now(), before: present });
    return {
      before: new Set(earlier?.before ?? present),
      end: () => {
        rmSync(file, { force: true });
      },
    };
  }

  /**
   * The same for a single thing.
   *
   * @param isThere now
   * @param writes whether anything will be written at all; by default, where it is not there
   */
  beginOne(place: string, isThere: boolean, writes = !isThere): { wasThere: boolean; end: () => void } {
    const { before, end } = this.begin(place, isThere ? [place] : [], writes);
    return { wasThere: before.has(place), end };
  }

  /** One that cannot be read was being written when its process died: nothing had been sent by then. */
  private read(file: string): Written | undefined {
    try {
      const written = JSON.parse(readFileSync(file, "utf8")) as Written;
      return this.now() - written.at < holds ? written : undefined;
    } catch {
      return undefined;
    }
  }

  /** Where nothing can be written down the run goes on: only a crash would tell. */
  private write(file: string, written: Written): void {
    try {
      mkdirSync(this.folder ?? "", { recursive: true });
      writeFileSync(file, JSON.stringify(written));
    } catch {
      return;
    }
  }
}

/**
 * @param environment `BITBUCKET_FIRST_LOOKS`: the folder, by default in the user's cache; for a server on this machine
 *   (an emulator) there is no default
 */
export function firstLooksFor(
  apiUrl: string,
  environment: Readonly<Record<string, string | undefined>>,
): FirstLooks {
  const { BITBUCKET_FIRST_LOOKS: folder = "", XDG_CACHE_HOME: cache = join(homedir(), ".cache") } =
    environment;
  const { hostname, origin } = new URL(apiUrl);
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  const standard = isLocal ? undefined : join(cache, "pulumi-bitbucket", "first-looks");
  return new FirstLooks(folder === "" ? standard : folder, origin);
}
