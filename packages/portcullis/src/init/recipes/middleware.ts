import { type DeclaredApp, findApp } from '../declared-app.ts'
import { type Edit, indentationAt, insert, styleOf } from '../edits.ts'
import { routedPath } from '../endpoint-path.ts'
import { type Adapter, isTypeScript } from '../lines.ts'
import { mountedIn } from '../mounted.ts'
import type { Project } from '../project.ts'
import type { PathFound, Place, Recipe, Unsure } from '../recipe.ts'
import { type Imported, lineOf, type Source } from '../syntax.ts'

/** A framework whose applications take middleware, first of all that they take. */
export interface MiddlewareFramework {
  framework: string
  adapter: Adapter
  isMaker(imported: Imported): boolean
  /** What hands the application the guard. `app.use(guard)` where it is not told. */
  use?(given: { app: DeclaredApp; guard: string }): string
  /** Where the path is not among those that the application is given. */
  path?(source: Source, app: DeclaredApp, project: Project): PathFound
  /** Of the adapter, beside `protect`, and where else it stands. */
  also?(source: Source, app: DeclaredApp): { further: readonly string[]; edits: readonly Edit[] }
  notes?(source: Source, app: DeclaredApp): readonly string[]
}

export function middlewareRecipe(kind: MiddlewareFramework): Recipe {
  const { framework, adapter } = kind
  return {
    framework,
    adapter,
    find(source, project): Place | Unsure | undefined {
      const found = findApp(source, kind.isMaker)
      if (found.kind === 'none') return undefined
      if (found.kind === 'unsure')
        return { kind: 'unsure', framework, adapter, line: lineOf(source, found.at), why: found.why }
      return placeIn(source, found.app, { ...kind, project })
    },
  }
}

function placeIn(source: Source, app: DeclaredApp, kind: MiddlewareFramework & { project: Project }): Place {
  const { framework, adapter, project, use = plainUse, path = pathOfApp, notes = () => [] } = kind
  const { further, edits } = kind.also?.(source, app) ?? { further: [], edits: [] }
  const { end, newline } = styleOf(source)
  const mounted = mountedIn(source, project)
  return {
    kind: 'place',
    framework,
    adapter,
    further,
    edits({ lines, protect }) {
      const { statement } = app
      const indentation = indentationAt(source.text, statement.start ?? 0)
      const used = `${use({ app, guard: protect() })}${end}`
      const added = [...lines(indentation), used].map((line) => `${newline}${indentation}${line}`)
      return [insert(statement.end ?? 0, added.join('')), ...edits]
    },
    path:
      mounted === undefined
        ? path(source, app, project)
        : { kind: 'unsure', why: `${mounted} puts the application below a path` },
    notes: notes(source, app),
  }
}

/** The type arguments and new arguments of calls are of TypeScript alone. */
export function inTypeScript<T>(source: Source, value: T, otherwise: T): T {
  return isTypeScript(source.path) ? value : otherwise
}

function plainUse({ app: { name }, guard }: { app: DeclaredApp; guard: string }): string {
  return `${name}.use(${guard})`
}

function pathOfApp(source: Source, { name }: DeclaredApp): PathFound {
  return routedPath(source, name)
}
