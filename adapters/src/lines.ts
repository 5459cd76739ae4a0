/**
 * The lines of `source` that are about Portcullis: the imports from it, and each line that mentions what they brought or what was declared from that,
 * with all lines to the end of a call of something imported. Written for the servers of examples/minimal.
 */
export function linesOfPortcullis(source: string): readonly string[] {
  return linesAbout(source, (module) => module.startsWith('@portcullis/'))
}

/** The same of other modules. `except`: what they bring that the lines would need anyway. */
export function linesAbout(
  source: string,
  isAbout: (module: string) => boolean,
  except: readonly string[] = [],
): readonly string[] {
  const imports = importsIn(source).filter(({ module }) => isAbout(module))
  const words = imports
    .flatMap(({ names }) => names.match(/\b(?:type )?(?!(?:type|as)\b)\w+/g) ?? [])
    .filter((word) => !except.includes(word))
  const types = new Set(words.flatMap((word) => (word.startsWith('type ') ? [word.slice('type '.length)] : [])))
  const imported = new Set(words.filter((word) => !word.startsWith('type ')))
  const declared = new Set<string>()
  const found = imports.flatMap(({ statement }) => statement.split('\n'))
  const lines = importsIn(source)
    .reduce((rest, { statement }) => rest.replace(statement, ''), source)
    .split('\n')
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const isOfImported = mentions(line, imported)
    if (!isOfImported && !mentions(line, types) && !mentions(line, declared)) continue
    found.push(line)
    const [, name] = /^\s*(?:export )?(?:(?:const|let|var) )?(\w+) =(?!=)/.exec(line) ?? []
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

/** Those of TypeScript, and of Python. */
function importsIn(source: string): readonly { statement: string; names: string; module: string }[] {
  const statements = source.matchAll(/^import\b([\w\s{},*]*)['"]([^'"]*)['"].*$|^from (\S+) import (.*)$/gm)
  return [...statements].map(([statement, names = '', module = '', pythonModule, pythonNames]) => ({
    statement,
    names: pythonNames ?? names.replace(/\bfrom\s*$/, ''),
    module: pythonModule ?? module,
  }))
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
