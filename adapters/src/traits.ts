import type { Expected, Group } from './case.ts'
import type { Answer, Sent } from './exchange.ts'

/** What may be otherwise with one framework, since it is not Portcullis that says it. */
export interface Traits {
  /** Its MCP server is not that of notes.ts, and all of its paths are its own: what it says itself is taken by what it means. */
  hasOwnWords?: true
  /**
   * The guard stands behind its router, which takes a path as it is written: another spelling leads to nothing, or is redirected. What stands behind
   * sees the first of two headers alone, as the guard does.
   */
  isExact?: true
  /** Its MCP server has no streams that wait for what may happen: it is without sessions, and older than `subscriptions/listen`. */
  hasNoStreams?: true
  /** What it adds to `Vary` of every answer. */
  varies?: readonly string[]
}

/** What this framework must answer. */
export function expectedOf(
  { group, sent, expected }: { group: Group; sent: Sent; expected: Expected },
  traits: Traits,
): Expected {
  if (traits.hasOwnWords && expected.isOfMcpServer) return inOtherWords(expected)
  if (traits.hasOwnWords && group === 'others')
    return { status: [expected.status, 404].flat(), without: ['www-authenticate'] }
  if (traits.isExact) return withExactRouter({ group, sent, expected })
  return expected
}

/** Whether it says twice who asks, or whom. */
function isTwice({ headers = [] }: Sent): boolean {
  const names = headers.map(([name]) => name.toLowerCase()).filter((name) => /^(?:authorization|host)$/.test(name))
  return new Set(names).size < names.length
}

/** Another spelling is answered by the router, and below its folder of metadata there is nothing of others. */
function withExactRouter({ group, sent, expected }: { group: Group; sent: Sent; expected: Expected }): Expected {
  if (group === 'others') return expected
  if (isTwice(sent)) return { status: [200, 401, 405] }
  if (group === 'paths' || sent.target === '/MCP/')
    return { status: [expected.status, 308, 400, 404, 405].flat(), without: ['set-cookie'] }
  return group === 'metadata' && expected.status === 404 ? { status: 404, without: ['www-authenticate'] } : expected
}

/** The same where all goes well; another way to say no to a method. A browser may read both. */
function inOtherWords({ status, headers = {}, body = '', holds = [], lacks = [] }: Expected): Expected {
  const forBrowsers = Object.entries(headers).filter(([name]) => name.startsWith('access-control-'))
  const [said] = /"text":"[^"]*"/.exec(body) ?? []
  return {
    status: status === 200 ? 200 : [status, 400, 404].flat(),
    with: Object.fromEntries(forBrowsers),
    without: ['www-authenticate', ...(forBrowsers.length === 0 ? ['access-control-allow-origin'] : [])],
    holds: said === undefined ? holds : [...holds, said],
    lacks,
  }
}

/** The answer without what the framework adds to all. */
export function withoutItsOwn(answer: Answer, { varies = [] }: Traits): Answer {
  const { vary, ...headers } = answer.headers
  const left = vary?.split(/, | \+ /).filter((name) => !varies.includes(name.toLowerCase())) ?? []
  return { ...answer, headers: left.length === 0 ? headers : { ...headers, vary: left.join(', ') } }
}
