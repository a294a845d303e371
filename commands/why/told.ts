/** What an answer is told with. */
import { placesOf, type Model } from "../../access";
import type { Origins } from "./since";

export interface Told {
  readonly model: Model;
  /** Undefined: there is no Git checkout. */
  readonly origins: Origins | undefined;
}

/** Example: `PAY, SHOP/shop-web`. */
export function targetsText(some: readonly { readonly target: string }[], model: Model): string {
  return placesOf(
    some.map((one) => one.target),
    model,
  ).join(", ");
}
