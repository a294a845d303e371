/** Words of people, as a file can hold them. */

/** On one line, without what nobody sees, and no longer than Keycloak keeps. */
export function displayable(text: string): string {
  return text.normalize("NFC").replace(/\p{C}+/gu, " ").replace(/\s+/g, " ").trim().slice(0, 255).trim(); // prettier-ignore
}
