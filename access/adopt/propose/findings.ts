/** What a proposal cannot say, or leaves to people. */
import type { ObservedOfPlace } from "../../vocabulary";

/** What becomes of it: nothing here touches what is left alone, and what is observed is read and never written. */
type Becomes = "left alone" | "needs a decision" | "members observed" | `${ObservedOfPlace} observed`;

export interface Finding {
  /** Sort of finding, of which there may be many. Example: `branching model`. */
  readonly kind: string;
  /** Example: `repository APP/ios`. */
  readonly place: string;
  readonly found: string;
  readonly becomes: Becomes;
}
