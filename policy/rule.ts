/**
 * What a rule is: one thing that has to hold, the control that an auditor knows it by, and a check without effects.
 * Rules on a resource see what the engine is about to register, before it is made; rules on the model see
 * `access.yaml`; rules on the whole see what hangs together with what.
 */
import type { Model, Settings } from "../access";

/** Of SOC 2 (Trust Services Criteria, 2017) and of ISO/IEC 27001:2022, annex A. */
type Control =
  | `SOC 2 CC${"6.1" | "6.2" | "6.3" | "7.2" | "8.1"}`
  | `ISO 27001 A.${"5.3" | "5.15" | "5.16" | "5.17" | "5.18" | "8.2" | "8.15" | "8.32"}`;

/** `mandatory` stops a run; `advisory` is said and nothing more. */
export type Level = "mandatory" | "advisory";

export interface Violation {
  /** What it is about, by which an exception names it: the name of a resource, `team payments`, `environment prod`. */
  readonly on: string;
  /** What was found. */
  readonly found: string;
}

/** What a check may know besides the resource. */
export interface Context {
  /** Undefined where there is no `access.yaml` that can be read. */
  readonly model?: Model;
  /** The settings of the stack; undefined where it has no file. */
  readonly settings?: Settings;
  /** The moment to evaluate by. */
  readonly asOf: Date;
}

/** A resource as the engine sees it. */
export interface Seen {
  /** Type token, as `keycloak:openid/client:Client`. */
  readonly type: string;
  readonly name: string;
  /** Of the components that it stands in, the outermost first. */
  readonly within: readonly string[];
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
}

interface Named {
  /** Kebab-case; what exceptions and reports call it. */
  readonly name: string;
  /** What holds where it is kept, as a sentence. */
  readonly says: string;
  readonly fix: string;
  readonly controls: readonly [Control, ...Control[]];
  readonly level: Level;
  /**
   * Whether it is about who may do what. Such a rule stops only a run that makes things worse: what broke it before
   * does not hold up a rotation, or an off-boarding that does not touch it.
   */
  readonly access?: true;
}

/** A resource to try a rule with. */
export interface Example {
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Type tokens of the components that it stands in. Default: none. */
  readonly within?: readonly string[];
  /** Default: true. */
  readonly protect?: boolean;
}

export interface ResourceRule extends Named {
  readonly kind: "resource";
  readonly types: readonly string[];
  /** What was found wrong, a phrase each. */
  readonly check: (resource: Seen, context: Context) => readonly string[];
  readonly examples: { readonly bad: readonly Example[]; readonly good: readonly Example[] };
}

export interface ModelRule extends Named {
  readonly kind: "model";
  readonly check: (model: Model, context: Context) => readonly Violation[];
  /** Each makes a good model of Acme's a bad one, by replacing a text of `access.yaml` by another. */
  readonly examples: { readonly bad: readonly (readonly [found: string, replacement: string])[] };
}

/** A resource and what its inputs were made of. */
export interface Connected extends Seen {
  readonly from: Readonly<Record<string, readonly Connected[]>>;
}

export interface StackRule extends Named {
  readonly kind: "stack";
  readonly check: (resources: readonly Connected[], context: Context) => readonly Violation[];
}

export type Rule = ResourceRule | ModelRule | StackRule;
