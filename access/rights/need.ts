/** What somebody else has to approve. */

/** Why somebody else has to approve, and who. */
export interface Need {
  /** Example: `team platform gains deploy:prod on PAY/payments-api`. */
  readonly reason: string;
  /** Keys of the projects whose owners are asked, sorted; empty: the company's owners. */
  readonly projects: readonly string[];
  /**
   * User names of those who gain anything by the whole change, sorted: their word does not count. For an agent, its owner,
   * of before too. Whoever is renamed is called as before.
   */
  readonly beneficiaries: readonly string[];
  /** What is approved, part by part: two changes need the same approval of a part only where its text is the same. */
  readonly atoms: readonly string[];
  /** Only where the members of a team that gains are not known: then nobody can tell whose word counts. */
  readonly unknown?: true;
}

/** A need before it is known who gains by the rest of the change. */
export type Part = Omit<Need, "beneficiaries"> & { readonly gainers: readonly string[] };
