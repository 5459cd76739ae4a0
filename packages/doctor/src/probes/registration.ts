import { originOf } from '@portcullis/auth/protocol'
import { type Evidence, seen } from '../evidence/evidence.ts'
import { type Exchange, statusOf } from '../evidence/exchange.ts'
import { getAt, hasPostRoute, lacksPostRoute, nowhereBeside, questionAt } from './post-routes.ts'
import { endpointIn, issuersOf, type ServerDocument } from './server-documents.ts'

/** Where clients can register. Nothing is posted there by probes. */
export async function probeRegistration(evidence: Evidence, used: ServerDocument | undefined): Promise<void> {
  const advertised = used && endpointIn(used.document, 'registration_endpoint')
  const token = used && endpointIn(used.document, 'token_endpoint')
  if (advertised !== undefined) {
    const urls = [advertised, nowhereBeside(advertised), ...(token === undefined ? [] : [token])]
    await Promise.all(urls.flatMap((url) => [evidence.ask(questionAt(url)), evidence.ask(getAt(url))]))
    if (lacksPostRoute(evidence, advertised, token) === undefined) return
  }
  if (used?.document.client_id_metadata_document_supported === true) return
  await Promise.all(originsOf(evidence).map((origin) => probeUsualPaths(evidence, origin)))
}

/** The first usual registration endpoint that seems to be there, other than the one that is advertised. */
export function registrationElsewhere(
  evidence: Evidence,
  advertised: string | undefined,
): { url: string; exchange: Exchange } | undefined {
  for (const origin of originsOf(evidence))
    for (const path of usualPaths) {
      const url = `${origin}${path}`
      const exchange = url === advertised ? undefined : hasPostRoute(evidence, url)
      if (exchange !== undefined && !isForPeople(seen(evidence, getAt(url)))) return { url, exchange }
    }
  return undefined
}

const usualPaths = ['/register', '/oauth/register', '/oauth2/register', '/api/oauth/register', '/reg']

/** The hosts where an authorization server may be: its own, and the one of the MCP server. */
function originsOf(evidence: Evidence): readonly string[] {
  return [...new Set([originOf(issuersOf(evidence).issuers[0]), originOf(evidence.target)])]
}

/** A page at `/register` is where people sign up, though it may take POST as well. */
function isForPeople(got: Exchange | undefined): boolean {
  const status = got === undefined ? undefined : statusOf(got)
  return status !== undefined && status < 400
}

async function probeUsualPaths(evidence: Evidence, origin: string): Promise<void> {
  const urls = [nowhereBeside(origin), ...usualPaths.map((path) => `${origin}${path}`)]
  await Promise.all(urls.map((url) => evidence.ask(questionAt(url))))
  const shown = urls.filter((url) => hasPostRoute(evidence, url) !== undefined)
  await Promise.all(shown.map((url) => evidence.ask(getAt(url))))
  const nowhere = seen(evidence, questionAt(nowhereBeside(origin)))
  const isClear = nowhere !== undefined && statusOf(nowhere) === 404
  // Where every question gets the same answer, or none is answered, GET may still tell.
  if (isClear && registrationElsewhere(evidence, undefined) !== undefined) return
  await Promise.all(urls.map((url) => evidence.ask(getAt(url))))
}
