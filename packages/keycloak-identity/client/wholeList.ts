/**
 * Lists of people, of which a page can be shorter than it was asked for and others follow all the same: Keycloak leaves
 * out, once it has read a page, whomever their directory no longer has. So such a list ends where nobody new comes. Each
 * page begins with the last one of the page before: where somebody is taken out meanwhile, the rest moves up, and
 * somebody else would be passed over.
 */

/** So often a list is begun again that changes under its reading. */
const mostReadings = 3;

/**
 * @param page the entries from a place on, in an order that stays; none where there are none
 * @returns each once; undefined where the list changed in every reading
 */
export async function wholeList<T extends { readonly id: string }>(
  page: (first: number) => Promise<readonly T[]>,
): Promise<T[] | undefined> {
  for (let reading = 1; reading <= mostReadings; reading++) {
    const all = await read(page);
    if (all !== undefined) return all;
  }
  return undefined;
}

async function read<T extends { readonly id: string }>(
  page: (first: number) => Promise<readonly T[]>,
): Promise<T[] | undefined> {
  const all = new Map<string, T>();
  for (let last: string | undefined; ; last = [...all.keys()].at(-1)) {
    const known = all.size;
    const some = await page(Math.max(0, known - 1));
    if (last !== undefined && !some.some(({ id }) => id === last)) return undefined;
    for (const one of some) all.set(one.id, one);
    if (all.size === known) return [...all.values()];
  }
}
