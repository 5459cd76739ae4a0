import { originOf } from '@portcullis/auth/protocol'
import { type Evidence, seen } from '../evidence/evidence.ts'
import { type Exchange, headerOf, type ProbeRequest, statusOf } from '../evidence/exchange.ts'
import { endpointRequest, preflightRequest } from './requests.ts'

/**
 * Whether something answers POST at a URL, without posting there. What a server says to a browser's question and to GET shows it, if the
 * same server says something else where there is nothing: many answer every question alike, and some deny what they do have.
 */

export function questionAt(url: string): ProbeRequest {
  return preflightRequest(url, 'POST', 'content-type')
}

export function getAt(url: string): ProbeRequest {
  return endpointRequest(url)
}

/** A path of the same server where there is nothing. */
export function nowhereBeside(url: string): string {
  return `${originOf(url)}/portcullis-doctor-asks-for-nothing`
}

/** The same in the folder of a URL. */
function nowhereInFolderOf(url: string): string {
  return new URL('portcullis-doctor-asks-for-nothing', url).href
}

/**
 * Asks once more where GET is answered as if there were nothing, and a browser's question as if there were: some endpoints know POST alone, as that of
 * Keycloak for registration does, and some folders are open to pages of other origins whatever is in them.
 */
export async function askBesideDenied(evidence: Evidence, url: string): Promise<void> {
  const [got, question] = [seen(evidence, getAt(url)), seen(evidence, questionAt(url))]
  if (got === undefined || statusOf(got) !== 404 || question === undefined || !takesPost(question)) return
  await evidence.ask(questionAt(nowhereInFolderOf(url)))
}

/** `undefined` where the answers do not show it. */
export function hasPostRoute(evidence: Evidence, url: string): Exchange | undefined {
  for (const asking of [questionAt, getAt]) {
    const here = seen(evidence, asking(url))
    if (here !== undefined && takesPost(here) && isToldApart(evidence, url, asking)) return here
  }
  return undefined
}

/** The answer that shows that nothing takes POST at a URL: it speaks of it as of nothing, and not so of `known`, which does. */
export function lacksPostRoute(evidence: Evidence, url: string, known: string | undefined): Exchange | undefined {
  if (known === undefined || !URL.canParse(known) || originOf(known) !== originOf(url)) return undefined
  for (const asking of [questionAt, getAt]) {
    const [here, there] = [seen(evidence, asking(url)), seen(evidence, asking(known))]
    const isDenied = here !== undefined && statusOf(here) === 404
    if (isDenied && there !== undefined && isRoutedForPost(there) && isToldApart(evidence, url, asking))
      return isForPostAlone(evidence, url) ? undefined : here
  }
  return undefined
}

/** Whether a browser may post there, and may not ask beside it. */
function isForPostAlone(evidence: Evidence, url: string): boolean {
  const [here, beside] = [questionAt(url), questionAt(nowhereInFolderOf(url))].map((asked) => seen(evidence, asked))
  return here !== undefined && takesPost(here) && beside !== undefined && statusOf(beside) === 404
}

function isToldApart(evidence: Evidence, url: string, asking: (url: string) => ProbeRequest): boolean {
  const nowhere = seen(evidence, asking(nowhereBeside(url)))
  return nowhere !== undefined && statusOf(nowhere) !== undefined && !takesPost(nowhere)
}

/** Whether that answer comes of a route: which paths are open to pages of other origins is configured for each alone, and so tells of no other. */
function isRoutedForPost(exchange: Exchange): boolean {
  if (!takesPost(exchange)) return false
  return exchange.request.method !== 'OPTIONS' || /\bPOST\b/i.test(headerOf(exchange, 'allow') ?? '')
}

/** Whether an answer to GET or OPTIONS says that the path is one for POST. */
export function takesPost(exchange: Exchange): boolean {
  const status = statusOf(exchange)
  if (status === undefined || status === 404) return false
  const methods = headerOf(exchange, 'allow') ?? headerOf(exchange, 'access-control-allow-methods') ?? ''
  if (/\bPOST\b/i.test(methods)) return true
  return exchange.request.method === 'GET' && (status === 400 || status === 405 || status === 415)
}
