/** The name among `known` that a mistyped `name` most likely means; `undefined` when none is close. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const allowed = Math.max(Math.min(2, name.length - 1), Math.floor(name.length / 3))
  const ranked = [...known]
    .map((each) => ({ each, far: distance(simplify(name), simplify(each)) }))
    .filter(({ far }) => far <= allowed)
    .sort((a, b) => a.far - b.far)
  return ranked[0]?.each
}

function simplify(name: string): string {
  return name.toLowerCase().replace(/[-_ ]/g, '')
}

/** How many letters must be put in, taken out or changed to come from `a` to `b` (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries())
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)))
    row = next
  }
  return row.at(-1) ?? 0
}
