/**
 * Which e-mail addresses Keycloak takes: its user profile's validators `email` and `length`, tried on 26.7.3. International
 * domains and local parts are right; quoted local parts and addresses of machines, which Keycloak takes too, are not.
 */
export const emailWords = "an e-mail address, as in ana@acme.example";

const word = "[\\w!#$%&'*+/=?^`{|}~\\u0080-\\uffff-]+";
const label = "[a-z0-9\\u0080-\\uffff](?:[a-z0-9\\u0080-\\uffff-]*[a-z0-9\\u0080-\\uffff])?";
const pattern = new RegExp(`^(${word}(?:\\.${word})*)@((?:${label}\\.)+${label})$`, "i");

/** @param text with upper case or without: Keycloak keeps lower case */
export function isEmail(text: string): boolean {
  const [, local, domain] = pattern.exec(text) ?? [];
  if (local === undefined || domain === undefined || !/\D/.test(domain.split(".").at(-1) ?? "")) return false;
  if (local.length > 64 || text.length > 255 || !URL.canParse(`https://${domain}`)) return false;
  // As the name system has it: international letters take more room there.
  const ascii = new URL(`https://${domain}`).hostname;
  return ascii.length <= 255 && ascii.split(".").every((each) => each.length <= 63);
}
