import { originOf } from '@portcullis/auth/protocol'
import { type Evidence, seen } from '../evidence/evidence.ts'
import { type Exchange, type ProbeRequest, statusOf } from '../evidence/exchange.ts'
import {
  askBesideDenied,
  getAt,
  hasPostRoute,
  lacksPostRoute,
  nowhereBeside,
  questionAt,
  takesPost,
} from './post-routes.ts'
import { endpointIn, issuersOf, type ServerDocument } from './server-documents.ts'

/** Where clients can register. Nothing is posted there by probes. */
export async function probeRegistration(evidence: Evidence, used: ServerDocument | undefined): Promise<void> {
  const advertised = used && endpointIn(used.document, 'registration_endpoint')
  const token = used && endpointIn(used.document, 'token_endpoint')
  if (advertised !== undefined) {
    const urls = [advertised, nowhereBeside(advertised), ...(token === undefined ? [] : [token])]
    await Promise.all(urls.flatMap((url) => [evidence.ask(questionAt(url)), evidence.ask(getAt(url))]))
    await askBesideDenied(evidence, advertised)
    if (lacksPostRoute(evidence, advertised, token) === undefined) return
  }
  if (used?.document.client_id_metadata_document_supported === true) return
  await Promise.all(placesOf(evidence).map((urls) => probeUsualPlaces(evidence, urls)))
}

/** The first usual registration endpoint that seems to be there, other than the one that is advertised. */
export function registrationElsewhere(
  evidence: Evidence,
  advertised: string | undefined,
): { url: string; exchange: Exchange } | undefined {
  for (const url of placesOf(evidence).flat()) {
    const exchange = url === advertised ? undefined : hasPostRoute(evidence, url)
    if (exchange !== undefined && !isForPeople(statusAt(evidence, getAt(url)))) return { url, exchange }
  }
  return undefined
}

const usualPaths = ['/register', '/oauth/register', '/oauth2/register', '/api/oauth/register', '/reg'] as const

/** Where it may be at the host of the authorization server; and at the MCP host, where that is another, what clients guess. */
function placesOf(evidence: Evidence): readonly (readonly [string, ...string[]])[] {
  const [issuer, host] = [originOf(issuersOf(evidence).issuers[0]), originOf(evidence.target)]
  const [guessed, ...others] = usualPaths
  const own = [`${issuer}${guessed}`, ...others.map((path) => `${issuer}${path}`)] as const
  return issuer === host ? [own] : [own, [`${host}${guessed}`]]
}

/** A page at `/register` is where people sign up, though it may take POST as well. */
function isForPeople(status: number | undefined): boolean {
  return status !== undefined && status < 400
}

/** Only what the server says of nothing shows what its answers are worth, so that is asked first: requests are few. */
async function probeUsualPlaces(evidence: Evidence, urls: readonly [string, ...string[]]): Promise<void> {
  const nowhere = nowhereBeside(urls[0])
  const [question] = await Promise.all([evidence.ask(questionAt(nowhere)), evidence.ask(getAt(nowhere))])
  if (!takesPost(question)) await Promise.all(urls.map((url) => evidence.ask(questionAt(url))))
  const isDenied = (url: string) => statusAt(evidence, questionAt(url)) === 404
  const isClear = isDenied(nowhere)
  await Promise.all(urls.filter((url) => !isClear || !isDenied(url)).map((url) => evidence.ask(getAt(url))))
}

function statusAt(evidence: Evidence, request: ProbeRequest): number | undefined {
  const exchange = seen(evidence, request)
  return exchange === undefined ? undefined : statusOf(exchange)
}
