import { originOf, pathOf } from '@portcullis/auth/protocol'
import { isAbsoluteUrl } from '../absolute-url.ts'
import { type Evidence, seen } from '../evidence/evidence.ts'
import { type Exchange, statusOf } from '../evidence/exchange.ts'
import { stringIn } from '../evidence/read-json.ts'
import { readReply } from '../evidence/read-reply.ts'
import { olderTransport } from '../probes/older-transport.ts'
import { mcpRequest } from '../probes/requests.ts'
import { resourcePlaces } from '../probes/resource-documents.ts'
import { findInChallengeHeader } from './challenge-header.ts'
import { differenceBetween } from './difference.ts'
import { edgeProductOf, gatewayOf } from './edge-products.ts'
import { type Finding, finding } from './finding.ts'
import { beginningOf, contentTypeOf, isHundred, isPage } from './look.ts'

/** What is found where no MCP server of today answers the first request; `undefined` where one may. */
export function findNoMcp(evidence: Evidence, first: Exchange): readonly Finding[] | undefined {
  const found = serverFails(first) ?? notReached(first) ?? oldTransport(evidence, first) ?? website(evidence, first)
  if (found !== undefined) return found
  const nothing = noReply(evidence, first) ?? notFound(evidence, first)
  return nothing === undefined ? undefined : [nothing]
}

function serverFails(first: Exchange): readonly Finding[] | undefined {
  const status = statusOf(first)
  if (status === undefined || status < 500) return undefined
  // Edges refuse with 503 as well.
  if (status === 503 && edgeProductOf(first) !== undefined) return undefined
  return [finding('server_fails', { status, gateway: gatewayOf(first) }, first)]
}

/** What an edge answers is told as the edge's. */
function notReached(first: Exchange): readonly Finding[] | undefined {
  return edgeProductOf(first) === undefined ? undefined : []
}

function oldTransport(evidence: Evidence, first: Exchange): readonly Finding[] | undefined {
  const get = seen(evidence, mcpRequest(evidence.target, 'get'))
  const older = get === undefined ? undefined : olderTransport(first, get)
  if (get === undefined || older === undefined) return undefined
  const isChallenged = older === 'challenged'
  const args = { url: evidence.target, status: statusOf(first) ?? 0, isChallenged }
  return [finding('old_transport', args, first, get), ...(isChallenged ? findInChallengeHeader(evidence, get) : [])]
}

/** A page to the POST, or to the GET of a URL that takes no POST; where metadata says that there is an MCP server, the page only stands in its way. */
function website(evidence: Evidence, first: Exchange): readonly Finding[] | undefined {
  const get = seen(evidence, mcpRequest(evidence.target, 'get'))
  const takesNoPost = statusOf(first) === 404 || statusOf(first) === 405
  const shown = isShownPage(first) ? first : takesNoPost && get !== undefined && isShownPage(get) ? get : undefined
  if (shown === undefined || hasResourceDocument(evidence)) return undefined
  const method = shown === first ? 'POST' : 'GET'
  return [finding('website', { status: statusOf(shown) ?? 0, method, begins: beginningOf(shown) }, shown, first)]
}

function isShownPage(exchange: Exchange): boolean {
  return isHundred(exchange, 2) && isPage(exchange)
}

/** Accepted, and nothing said: as webhooks answer, or in a stream of events that brings no reply. */
function noReply(evidence: Evidence, first: Exchange): Finding | undefined {
  const status = statusOf(first) ?? 0
  if (!isHundred(first, 2) || readReply(first) !== undefined || hasResourceDocument(evidence)) return undefined
  return finding('no_mcp_reply', { status, contentType: contentTypeOf(first), begins: beginningOf(first) }, first)
}

/** Nothing there answers MCP, whatever is asked. */
function notFound(evidence: Evidence, first: Exchange): Finding | undefined {
  const others = [mcpRequest(evidence.target, 'get'), mcpRequest(evidence.target, 'post_discover')]
  const answers = [first, ...others.flatMap((request) => seen(evidence, request) ?? [])]
  const isNowhere = answers.every((exchange) => {
    const status = statusOf(exchange)
    return (status === 404 || status === 405 || status === 410) && readReply(exchange) === undefined
  })
  if (!isNowhere) return undefined
  const other = namedElsewhere(evidence)
  const named = resourcePlaces(evidence).find(({ document }) => document?.resource === other)
  const args = { url: evidence.target, status: statusOf(first) ?? 0, other }
  return finding('mcp_url_not_found', args, first, other === undefined ? undefined : named?.exchange)
}

/** The MCP URL that the metadata of this origin names. The origin alone is named by mistake too often. */
function namedElsewhere(evidence: Evidence): string | undefined {
  return resourcePlaces(evidence)
    .map(({ document }) => stringIn(document?.resource) ?? '')
    .find(
      (resource) =>
        // Other spellings lead elsewhere with other parsers: `https://mcp.example.com\\@evil.example/`.
        isAbsoluteUrl(resource) &&
        originOf(resource) === originOf(evidence.target) &&
        !/^\/?$/.test(pathOf(resource)) &&
        differenceBetween(resource, evidence.target) !== undefined,
    )
}

function hasResourceDocument(evidence: Evidence): boolean {
  return resourcePlaces(evidence).some(({ document }) => document !== undefined)
}
