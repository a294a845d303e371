/**
 * Names with `*` in them, for projects and repositories. `*` stands for any characters, none included, but never for
 * a slash: a pattern of repositories stays within its project.
 */

export function isPattern(name: string): boolean {
  return name.includes("*");
}

/** Whether a name is one of those that a pattern stands for; a pattern without `*` stands for itself alone. */
export function matches(pattern: string, name: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return name === pattern;
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last))
    return false;
  const stars: string[] = [];
  let from = first.length;
  const end = name.length - last.length;
  for (const part of rest) {
    const at = name.indexOf(part, from);
    if (at < 0 || at + part.length > end) return false;
    stars.push(name.slice(from, at));
    from = at + part.length;
  }
  return ![...stars, name.slice(from, end)].some((star) => star.includes("/"));
}

/** All keys that stand for themselves first, then the patterns in their order: the exact word wins, then the earlier. */
export function byExactness<V>(entries: Readonly<Record<string, V>>): [string, V][] {
  const all = Object.entries(entries);
  return [...all.filter(([key]) => !isPattern(key)), ...all.filter(([key]) => isPattern(key))];
}
