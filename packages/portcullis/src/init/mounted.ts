import { posix } from 'node:path'
import type { Project } from './project.ts'
import { nodesOf, type Source, stringIn } from './syntax.ts'

/** The other file in which an application is put below something, so that its paths are not what they are written as. */
export function mountedIn(source: Source, { sources }: Pick<Project, 'sources'>): string | undefined {
  return sources.find((other) => other !== source && mounts(other, namesFrom(source, other)))?.path
}

/** What `other` imports of a file, by the names that it has there. */
export function namesFrom({ path }: Source, other: Source): ReadonlySet<string> {
  const wanted = withoutExtension(path)
  return new Set(
    [...other.imports].flatMap(([name, { from }]) => {
      if (!from.startsWith('.')) return []
      const file = withoutExtension(posix.join(posix.dirname(other.path), from))
      return [file, `${file}/index`].includes(wanted) ? [name] : []
    }),
  )
}

/** `app.route('/api', notes)`, `app.mount('/api', notes)`, `app.use('/api', notes)` */
function mounts({ program }: Source, names: ReadonlySet<string>): boolean {
  if (names.size === 0) return false
  return nodesOf(program, 'CallExpression').some(
    ({
      node: {
        callee,
        arguments: [path, ...rest],
      },
    }) => {
      const isBelow =
        callee.type === 'MemberExpression' && stringIn(path)?.startsWith('/') === true && stringIn(path) !== '/'
      return isBelow && rest.some((each) => nodesOf(each, 'Identifier').some(({ node }) => names.has(node.name)))
    },
  )
}

function withoutExtension(path: string): string {
  return path.replace(/\.[cm]?[jt]sx?$/, '')
}
