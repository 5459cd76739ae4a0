import type { KeyFault } from '../finding.ts'
import type { TextsOf } from './text.ts'
import { found, listed, seenAs, shortUrl } from './values.ts'

export const authorizationServerTexts: TextsOf<
  | 'authorization_server_unreachable'
  | 'authorization_server_metadata_missing'
  | 'authorization_server_metadata_guarded'
  | 'authorization_server_metadata_not_json'
  | 'authorization_server_metadata_elsewhere'
  | 'issuer_mismatch'
  | 'metadata_field_missing'
  | 'metadata_field_malformed'
  | 'endpoint_not_https'
  | 'endpoint_not_found'
  | 'registration_guarded'
  | 'registration_elsewhere'
  | 'authorization_endpoint_fails'
  | 'response_type_code_missing'
  | 'key_set_flawed'
  | 's256_missing'
  | 'plain_listed'
  | 'public_clients_not_listed'
  | 'no_way_to_register'
  | 'client_documents_without_none'
  | 'refresh_not_listed'
  | 'metadata_documents_differ'
  | 'key_set_unreachable'
  | 'token_endpoint_answers_wrong'
  | 'no_aliases_at_root'
  | 'identity_provider'
  | 'stop_unexplained'
> = {
  authorization_server_unreachable: ({ issuer, reason, detail }) => [
    'The place where people sign in cannot be reached.',
    `${shortUrl(issuer, 50)}: ${found(reason)}. ${seenAs(detail, 70)}.`,
  ],
  authorization_server_metadata_missing: ({ issuer, looked }) => [
    'The place where people sign in does not say how: its document is missing.',
    `${shortUrl(issuer, 40)}: no JSON at ${looked.length} places; wanted at ${shortUrl(looked[0]?.url ?? '', 70)}.`,
  ],
  authorization_server_metadata_guarded: ({ url, status }) => [
    'To read how to sign in, clients would have to be signed in already.',
    `${shortUrl(url, 80)}: status ${status}; wanted is 200 for everybody.`,
  ],
  authorization_server_metadata_not_json: ({ url, contentType, begins }) => [
    'Where clients look for how to sign in stands something else.',
    `${shortUrl(url, 60)}: ${seenAs(contentType, 25)} "${seenAs(begins, 30)}"; wanted is application/json.`,
  ],
  authorization_server_metadata_elsewhere: ({ found: there, expected }) => [
    'The document that says how to sign in stands where no client looks.',
    `It is at ${shortUrl(there)}; wanted at ${shortUrl(expected)}.`,
  ],
  issuer_mismatch: ({ issuer, expected }) => [
    'The place where people sign in calls itself by another name than the server does: careful clients stop.',
    `"issuer" is ${seenAs(issuer, 55)}; wanted is ${seenAs(expected, 55)}, byte by byte.`,
  ],
  metadata_field_missing: ({ field, url }) => [
    'The document that says how to sign in is incomplete.',
    `"${seenAs(field, 45)}" is missing at ${shortUrl(url, 70)}.`,
  ],
  metadata_field_malformed: ({ field, value, url }) => [
    'The document that says how to sign in has something in it that clients cannot read.',
    `"${seenAs(field, 45)}" is ${seenAs(value, 40)} at ${shortUrl(url, 50)}.`,
  ],
  endpoint_not_https: ({ field, value }) => [
    'People would sign in without encryption, which clients refuse.',
    `"${seenAs(field, 30)}" is ${seenAs(value, 70)}; wanted is https.`,
  ],
  endpoint_not_found: ({ field, url, status }) => [
    'The document that says how to sign in names a place where there is nothing.',
    `"${seenAs(field, 30)}" is ${shortUrl(url, 70)}: status ${status}.`,
  ],
  registration_guarded: ({ url, status }) => [
    'Before anybody can sign in, clients introduce themselves, and here they would have to be signed in for that.',
    `"registration_endpoint" is ${shortUrl(url, 60)}: status ${status}; wanted is an answer to everybody.`,
  ],
  registration_elsewhere: ({ found: there, advertised }) => [
    'Clients can register at this server, but it does not tell them where.',
    `It answers at ${shortUrl(there, 55)}; "registration_endpoint" is ${seenAs(advertised, 45)}.`,
  ],
  authorization_endpoint_fails: ({ url, status }) => [
    'The page where people sign in fails when it is opened.',
    `"authorization_endpoint" is ${shortUrl(url, 60)}: status ${status} without parameters; wanted is a page or an error of 400.`,
  ],
  response_type_code_missing: ({ listed: types }) => [
    'The place where people sign in does not offer the kind of sign-in that clients use.',
    `"response_types_supported" is ${listed(types)}; wanted is code in it.`,
  ],
  key_set_flawed: ({ url, fault, kid }) => [
    keyFaults[fault],
    `"jwks_uri" is ${shortUrl(url, 60)}: ${kid === undefined ? 'a key without "kid"' : `the key "${seenAs(kid, 40)}"`}.`,
  ],
  s256_missing: ({ listed: methods }) => [
    'The place where people sign in does not promise the protection that clients demand (PKCE).',
    `"code_challenge_methods_supported" is ${listed(methods, 50)}; wanted is S256 in it.`,
  ],
  plain_listed: () => [
    'The place where people sign in also offers a protection that protects little.',
    '"code_challenge_methods_supported" has plain; wanted is S256 alone.',
  ],
  public_clients_not_listed: ({ methods }) => [
    'The place where people sign in does not say that clients without a secret are welcome: most have none.',
    `"token_endpoint_auth_methods_supported" is ${listed(methods, 50)}; wanted is none in it.`,
  ],
  no_way_to_register: ({ issuer }) => [
    'Clients cannot introduce themselves where people sign in: somebody would have to enter each by hand.',
    `${shortUrl(issuer, 50)} has no registration_endpoint and no client_id_metadata_document_supported.`,
  ],
  client_documents_without_none: ({ methods }) => [
    'Clients may introduce themselves by a document, but not those without a secret: most have none.',
    `"token_endpoint_auth_methods_supported" is ${listed(methods, 50)}; wanted is none in it.`,
  ],
  refresh_not_listed: ({ grantTypes }) => [
    'People may have to sign in again and again: nothing says that a sign-in can be prolonged.',
    `"grant_types_supported" is ${listed(grantTypes, 60)}; wanted is refresh_token in it.`,
  ],
  metadata_documents_differ: ({ urls, field, values }) => [
    'Two documents on how to sign in contradict each other, and clients read the one or the other.',
    `"${seenAs(field, 30)}" is ${seenAs(values[0], 35)} at ${shortUrl(urls[0], 25)}, but ${seenAs(values[1], 35)} elsewhere.`,
  ],
  key_set_unreachable: ({ url, found: outcome }) => [
    'The keys that tokens are checked with cannot be had, so a server that wants them refuses every token.',
    `"jwks_uri" is ${shortUrl(url, 70)}: ${found(outcome)}; wanted is 200 with "keys".`,
  ],
  token_endpoint_answers_wrong: ({ url, status, contentType }) => [
    'Where clients fetch their tokens, mistakes are not told as they expect.',
    `An empty form to ${shortUrl(url, 55)}: status ${status}, ${seenAs(contentType, 30)}; wanted is 400 with JSON.`,
  ],
  no_aliases_at_root: ({ missing }) => [
    'Some clients forget where people sign in and ask the server itself, where there is nothing.',
    `404 at ${listed(
      missing.map((url) => shortUrl(url, 40)),
      130,
    )}.`,
  ],
  identity_provider: ({ name, traps }) => [
    `People sign in with ${seenAs(name, 40)}.`,
    `${seenAs(traps[0] ?? name, 150)}`,
  ],
  stop_unexplained: ({ step, because }) => [
    'Clients stop here, and the doctor does not know why: please report this server.',
    `Step ${step}, reason ${because}: no finding explains it.`,
  ],
}

const keyFaults: { readonly [fault in KeyFault]: string } = {
  same_kid:
    'Two keys that tokens are checked with have the same name: whoever takes the wrong one refuses good tokens.',
  no_kid: 'Several keys that tokens are checked with have no name, so servers must try one after the other.',
  no_algorithm: 'The keys that tokens are checked with allow tokens without a signature ("none").',
  secret: 'A key that only its owner may know is shown to everybody: anybody can make tokens.',
  private: 'The private half of a key is shown to everybody: anybody can make tokens.',
}
