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
  /** People, agents, and teams (`team platform`), who hold something of the kind, or may approve of it. */
  readonly trusted: ReadonlySet<string>;

  constructor(before: Known, after: Known) {
    this.controls = new Set([before, after].flatMap(controlsOf));
    this.restricted = restrictedIn([before.model, after.model]);
    const protectedOnes = [before.model, after.model]
      .flatMap(({ repositories }) => repositories)
      .filter(({ branches }) => branches.length > 0);
    this.gated = new Set(protectedOnes.map(targetOf));
    const holders = before.entitlements
      .filter(({ capability, target }) => this.projectsOf(capability, target) !== undefined)
      .flatMap(({ subject }) =>
        subject.kind === "team"
          ? [subjectLabel(subject), ...(before.members(subject.name) ?? [])]
          : [subject.name],
      );
    const approvers = approversOf(before).flatMap(({ names, teams }) => [...names, ...teams]);
    this.trusted = new Set([...approvers, ...holders]);
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
