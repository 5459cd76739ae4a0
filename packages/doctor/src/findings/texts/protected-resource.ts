import type { Difference } from '../finding.ts'
import type { TextsOf } from './text.ts'
import { listed, seenAs, shortUrl } from './values.ts'

export const protectedResourceTexts: TextsOf<
  | 'resource_metadata_missing'
  | 'resource_metadata_guarded'
  | 'resource_metadata_not_json'
  | 'resource_metadata_at_root_only'
  | 'resource_metadata_at_path_only'
  | 'resource_missing'
  | 'resource_mismatch'
  | 'resource_documents_differ'
  | 'authorization_servers_missing'
  | 'authorization_server_not_url'
  | 'resource_scopes_many'
  | 'resource_scopes_offline_access'
  | 'resource_scopes_unknown'
  | 'bearer_header_not_listed'
  | 'metadata_type_wrong'
  | 'metadata_head_differs'
  | 'host_derived_document_cached'
  | 'resource_metadata_follows_host_header'
> = {
  resource_metadata_missing: ({ looked }) => [
    'The server does not say who signs its users in: the document for that is missing.',
    `No JSON at ${looked.length} places; wanted is 200 at ${shortUrl(looked[0]?.url ?? '', 90)}.`,
  ],
  resource_metadata_guarded: ({ url, status }) => [
    'To read where to sign in, clients would have to be signed in already.',
    `${shortUrl(url, 80)}: status ${status}; wanted is 200 for everybody.`,
  ],
  resource_metadata_not_json: ({ url, contentType, begins }) => [
    'Where clients look for the way to sign in stands something else.',
    `${shortUrl(url, 60)}: ${seenAs(contentType, 25)} "${seenAs(begins, 30)}"; wanted is application/json.`,
  ],
  resource_metadata_at_root_only: ({ path }) => [
    'The document for signing in stands at one of the two places where clients look.',
    `${shortUrl(path, 80)} is not there, the root form is; wanted are both.`,
  ],
  resource_metadata_at_path_only: ({ root }) => [
    'The document for signing in stands at one of the two places where clients look.',
    `${shortUrl(root, 80)} is not there, the path form is; that is right, and both would help some clients.`,
  ],
  resource_missing: ({ url }) => [
    'The document for signing in does not say which server it is about.',
    `${shortUrl(url, 80)} has no "resource"; wanted is the URL that people type.`,
  ],
  resource_mismatch: ({ resource, typed, difference }) => [
    `The server calls itself by another address than people type (${differences[difference]}): careful clients stop.`,
    `"resource" is ${seenAs(resource, 55)}; wanted is ${seenAs(typed, 55)}.`,
  ],
  resource_documents_differ: ({ urls, field, values }) => [
    'Two documents of the server contradict each other, and clients read the one or the other.',
    `"${seenAs(field, 25)}" is ${seenAs(values[0], 35)} at ${shortUrl(urls[0], 25)}, but ${seenAs(values[1], 35)} elsewhere.`,
  ],
  authorization_servers_missing: ({ url }) => [
    'The document for signing in does not say where people sign in.',
    `${shortUrl(url, 70)} has no "authorization_servers"; wanted is a list with at least one URL.`,
  ],
  authorization_server_not_url: ({ value, count }) => [
    'The place where people sign in is no address that clients can open.',
    `"authorization_servers" has ${seenAs(value, 60)}${count > 1 ? ` and ${count - 1} more such` : ''}; wanted is an absolute https URL.`,
  ],
  resource_scopes_many: ({ count }) => [
    'The server lists many permissions, and some clients ask their users for all of them.',
    `"scopes_supported" of the resource has ${count} entries; wanted are those for basic use.`,
  ],
  resource_scopes_offline_access: ({ url }) => [
    'The server lists a permission that is not its own to give.',
    `"scopes_supported" at ${shortUrl(url, 70)} has offline_access; wanted is none.`,
  ],
  resource_scopes_unknown: ({ scopes }) => [
    'The server wants permissions that the sign-in server does not list: asking for them may fail there.',
    `"scopes_supported" of the resource has ${seenAs(scopes.join(', '), 60)}, which the authorization server does not list.`,
  ],
  bearer_header_not_listed: ({ methods }) => [
    'The server says that it does not take tokens where MCP clients put them.',
    `"bearer_methods_supported" is ${listed(methods)}; wanted is header in it.`,
  ],
  metadata_type_wrong: ({ url, contentType }) => [
    'A document for signing in does not say that it is JSON, and careful clients do not read it.',
    `${shortUrl(url, 70)}: Content-Type ${seenAs(contentType, 40)}; wanted is application/json.`,
  ],
  metadata_head_differs: ({ url, get, head }) => [
    'A document for signing in is answered otherwise to those who only ask whether it is there (HEAD).',
    `${shortUrl(url, 70)}: status ${head} to HEAD, ${get} to GET; wanted is the same.`,
  ],
  host_derived_document_cached: ({ url, cacheControl }) => [
    'A document that callers can make name a stranger is kept by caches, and so shown to everybody.',
    `${shortUrl(url, 60)}: Cache-Control ${seenAs(cacheControl, 40)}; wanted is private, or a fixed URL in it.`,
  ],
  resource_metadata_follows_host_header: ({ sent, field, value }) => [
    'The server believes callers who say what its address is: its documents can be made to name a stranger.',
    `With "${seenAs(sent, 50)}", "${field}" is ${seenAs(value, 50)}; wanted is a fixed URL.`,
  ],
}

const differences: { readonly [difference in Difference]: string } = {
  scheme: 'http instead of https, or the other way round',
  host: 'another host',
  port: 'another port',
  origin_only: 'the path is missing',
  trailing_slash: 'a slash at the end',
  letter_case: 'capital letters',
  path: 'another path',
  other: 'not the same text',
}
