/** Whether Bitbucket takes two names for one environment: it keeps the case of a name, and does not tell by it. */
export function isSameEnvironment(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
