/**
 * The lines of `source` that are about Portcullis: the imports from it, and each line that mentions what they brought or what was declared from that,
 * with all lines to the end of a call of something imported. Written for the servers of examples/minimal.
 */
export function linesOfPortcullis(source: string): readonly string[] {
  const imports = [...source.matchAll(/^import\b([^'"]*)from ['"]@portcullis\/[^'"]*['"].*$/gm)]
  const words = imports.flatMap(([, names = '']) => names.match(/\b(?:type )?(?!(?:type|as)\b)\w+/g) ?? [])
  const types = new Set(words.flatMap((word) => (word.startsWith('type ') ? [word.slice('type '.length)] : [])))
  const imported = new Set(words.filter((word) => !word.startsWith('type ')))
  const declared = new Set<string>()
  const found = imports.flatMap(([statement]) => statement.split('\n'))
  const lines = source.replace(/^import\b[^'"]*['"][^'"]*['"].*$/gm, '').split('\n')
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const isOfImported = mentions(line, imported)
    if (!isOfImported && !mentions(line, types) && !mentions(line, declared)) continue
    found.push(line)
    const [, name] = /^\s*(?:export )?(?:const|let|var) (\w+) =/.exec(line) ?? []
    if (name !== undefined && isOfImported) declared.add(name)
    for (
      let depth = depthOf(line);
      isOfImported && depth > 0 && at + 1 < lines.length;
      depth += depthOf(lines[at] ?? '')
    ) {
      at++
      found.push(lines[at] ?? '')
    }
  }
  return found
}

function mentions(line: string, names: ReadonlySet<string>): boolean {
  return (line.match(/\w+/g) ?? []).some((word) => names.has(word))
}

/** How many brackets a line opens that it does not close. */
function depthOf(line: string): number {
  return [...line].reduce(
    (depth, character) => depth + ('([{'.includes(character) ? 1 : ')]}'.includes(character) ? -1 : 0),
    0,
  )
}
