/** What is worth a second person, and whom. */
import { approversOf } from "./approvers";
import type { Known } from "./known";
import { privilegeOf, restrictedIn } from "./difference";
import { controlsOf } from "./guardChanges";
import type { Target } from "../model";
import { projectOf, subjectLabel, targetOf } from "../tree";
import { environmentOf, type Capability } from "../vocabulary";

/** Between two states. */
export class Stakes {
  private readonly controls: ReadonlySet<Target>;
  private readonly gated: ReadonlySet<Target>;
  private readonly restricted: ReadonlySet<string>;
  private readonly before: ReadonlySet<string>;
  private readonly after: ReadonlySet<string>;

  constructor(before: Known, after: Known) {
    this.controls = new Set([before, after].flatMap(controlsOf));
    this.restricted = restrictedIn([before.model, after.model]);
    const known = new Set(before.model.repositories.map(targetOf));
    const gatedOnes = [before.model, after.model]
      .flatMap(({ repositories }) => repositories)
      // One that is new to the file may be an old one in Bitbucket, with gates that somebody made there.
      .filter((one) => one.branches.length > 0 || !known.has(targetOf(one)));
    this.gated = new Set(gatedOnes.map(targetOf));
    this.before = new Set(this.trustedIn(before));
    this.after = new Set(this.trustedIn(after));
  }

  /**
   * Whether a person or an agent holds something of the kind, or may approve of it. Whoever has it only now could be given
   * another's account first.
   */
  isTrusted(name: string): boolean {
    return this.before.has(name) || this.after.has(name);
  }

  /** Whether somebody has it before and after, though the file does not name them in both: Keycloak keeps who is in a team. */
  isKept(name: string): boolean {
    return this.before.has(name) && this.after.has(name);
  }

  private trustedIn(known: Known): string[] {
    const holders = known.entitlements
      .filter(({ capability, target }) => this.projectsOf(capability, target) !== undefined)
      .flatMap(({ subject }) =>
        subject.kind === "team"
          ? [subjectLabel(subject), ...(known.members(subject.name) ?? [])]
          : [subject.name],
      );
    return [...approversOf(known).flatMap(({ names, teams }) => [...names, ...teams]), ...holders];
  }

  /**
   * Keys of the projects whose owners are asked about a right; none: the company's. Undefined: nobody is asked. Whoever
   * administers a repository can lift its gates by hand.
   */
  projectsOf(capability: Capability, target: Target): readonly string[] | undefined {
    if (this.controls.has(target)) return [];
    const environment = environmentOf(capability);
    const isGrave =
      environment === undefined
        ? capability === "administer" && this.gated.has(target)
        : privilegeOf(capability, this.restricted) === 0;
    return isGrave ? [projectOf(target)] : undefined;
  }
}
