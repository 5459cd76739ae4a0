import { posix } from 'node:path'
import { styleOf } from '../edits.ts'
import type { PathFound, Recipe } from '../recipe.ts'
import { lineOf, type Source } from '../syntax.ts'

const adapter = 'h3'
const routeFile = /^((?:server\/|src\/)?)(routes|api)\/(.+)\.[cm]?[jt]s$/

/** A file of middleware beside the routes, the first by its name. */
export const nitro: Recipe = {
  framework: 'Nitro',
  adapter,
  find(source, { dependencies, files }) {
    const framework = dependencies.has('nuxt') ? 'Nuxt' : 'Nitro'
    if (!['nuxt', 'nitro', 'nitropack'].some((name) => dependencies.has(name))) return undefined
    const [, folder = '', kind = '', route = ''] = routeFile.exec(source.path) ?? []
    if (route === '' || !isMcpRoute(source)) return undefined
    const middleware = `${folder}middleware/`
    const path = `${middleware}0.portcullis${posix.extname(source.path)}`
    const earlier = files.find((file) => file.startsWith(middleware) && file < path)
    if (earlier !== undefined)
      return { kind: 'unsure', framework, adapter, line: lineOf(source, 0), why: `${earlier} sorts before ${path}` }
    const { newline, end } = styleOf(source)
    return {
      kind: 'place',
      framework,
      adapter,
      edits: () => [],
      creates: [
        {
          path,
          content: ({ imports, lines, protect }) =>
            [imports, '', ...lines(''), `export default ${protect()}${end}`, ''].join(newline),
        },
      ],
      path: pathOf(kind, route),
      notes: [
        'Rules of routes (routeRules with cors or redirect) come before all middleware: have none for the MCP server.',
      ],
    }
  },
}

/** By the name of the file, without what it says of methods. */
function pathOf(kind: string, route: string): PathFound {
  const named = route.replace(/\.(?:get|post|put|patch|delete|head|options)$/, '').replace(/\/index$/, '')
  if (!/^[\w./~-]+$/.test(named)) return { kind: 'unsure', why: `"${named}" stands for many paths` }
  return { kind: 'found', path: kind === 'api' ? `/api/${named}` : `/${named}`, further: [] }
}

function isMcpRoute({ imports }: Source): boolean {
  return [...imports.values()].some(({ from }) => /^(?:mcp-handler$|@modelcontextprotocol\/)/.test(from))
}
