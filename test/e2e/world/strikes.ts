/** The moments at which a run is to die, each once, whatever runs it takes. */
import type { Moment } from "./proxy";

export const systems = ["keycloak", "bitbucket"] as const;
export type SystemName = (typeof systems)[number];

/** Who dies at a request: the engine, or the plugin that has sent it; or somebody presses Ctrl-C. */
export const deaths = ["engine", "plugin", "interrupt"] as const;
/** Of a command that has started an engine, it may be the command alone; the engine goes on. */
export type Death = (typeof deaths)[number] | "command";

/** A request of a run, told from the others without its ids, which differ from run to run. */
export interface Point {
  readonly system: SystemName;
  /** `POST /admin/realms/R/clients`. */
  readonly request: string;
  /** Which of the requests that look the same, from 1. */
  readonly nth: number;
}

/** All requests of its kind: `keycloak POST /admin/realms/R/clients`. */
function requestOf({ system, request }: Point): string {
  return `${system} ${request}`;
}

/** A request at which somebody dies, before it has its effect or after. */
export interface Strike {
  readonly point: Point;
  readonly moment: Moment;
  readonly death: Death;
}

export class Strikes {
  private readonly left: Strike[];
  /** Of a chain of runs, by request. */
  private passed = new Map<string, number>();

  constructor(strikes: readonly Strike[]) {
    this.left = [...strikes].sort((a, b) => a.point.nth - b.point.nth);
  }

  get remaining(): readonly Strike[] {
    return this.left;
  }

  /** The world begins anew: nothing of it has been asked for yet. */
  beginChain(): void {
    this.passed = new Map();
  }

  /**
   * What strikes at this request, which is then crossed off; undefined: it passes. The runs of a chain count as one
   * run that is cut into pieces: the third request of a kind is the third that any of them sends.
   */
  at(point: Point): Strike | undefined {
    const request = requestOf(point);
    const before = this.passed.get(request) ?? 0;
    const index = this.left.findIndex(
      (one) => requestOf(one.point) === request && one.point.nth <= before + 1,
    );
    const [strike] = index < 0 ? [] : this.left.splice(index, 1);
    if (strike?.moment !== "before") this.passed.set(request, before + 1);
    return strike;
  }
}

/** `engine after keycloak POST /admin/realms/R/clients #2`. */
export function inWords({ point, moment, death }: Strike): string {
  return `${death} ${moment} ${requestOf(point)} #${point.nth}`;
}
