/** Why somebody can do something, as people are told of it. */
import type { Positions } from "../file/positions";
import type { Declaration } from "../rights/guardChanges";
import type { Members } from "../rights/rights";
import { linksOf, type Link, type Right, type Way } from "./ways";

/** All that a question is answered by. */
export interface Setting extends Declaration {
  readonly asOf: Date;
  /** Of a team itself; undefined where nobody here knows. */
  readonly members: Members;
  /** Of `access.yaml`, by paths of the model. */
  readonly positions: Positions;
}

/** One way to a right. */
export interface Reason {
  readonly kind: "granted" | "implied";
  /** From the subject on: `dora → payments → PAY → write`. */
  readonly path: readonly string[];
  /** What of the file it rests on. */
  readonly links: readonly Link[];
  /** Last day, `YYYY-MM-DD`, UTC. */
  readonly until?: string;
  /** What the grant says. */
  readonly reason?: string;
}

export function reasonOf(way: Way, right: Right, { model, positions }: Setting): Reason {
  const { until, reason } = way.grant;
  return {
    kind: way.kind,
    path: way.path,
    links: linksOf(way, right, model, positions),
    ...(until !== undefined && { until }),
    ...(reason !== undefined && { reason }),
  };
}
