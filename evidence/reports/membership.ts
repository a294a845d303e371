/** One act, as the log keeps it. */
export interface Act {
  readonly at: string;
  readonly act: "add" | "remove";
  readonly group: string;
  readonly account: string;
  readonly username?: string;
  readonly why: string;
}
