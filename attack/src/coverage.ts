import type { Attack } from './attack.ts'

/** What attacks are drawn from, one by one, and why there is none where there is none. */
interface Source {
  /** As it stands in `from`. */
  source: string
  about: string
  /** What no attack can show, and where it is shown instead. */
  otherwise?: string
}

const rfc9700: readonly Source[] = [
  { source: '§2.1', about: 'exact redirect URIs, no open redirector' },
  { source: '§2.1.1', about: 'PKCE is enforced, and told in the metadata' },
  { source: '§2.1.2', about: 'no access token in the authorization response' },
  {
    source: '§2.2.1',
    about: 'access tokens bound to their sender (SHOULD)',
    otherwise: 'Beyond a short life nothing is tried: DPoP and mutual TLS are not offered',
  },
  { source: '§2.2.2', about: 'refresh tokens of public clients rotate' },
  { source: '§2.3', about: 'audience and scope of access tokens' },
  { source: '§2.4', about: 'no password grant' },
  { source: '§2.5', about: 'clients authenticate, with keys where they can' },
  { source: '§2.6', about: 'metadata, https, CORS, messages between windows' },
  { source: '§4.1', about: 'insufficient validation of redirect URIs' },
  { source: '§4.1.1', about: '… with codes' },
  { source: '§4.1.2', about: '… with the implicit grant' },
  { source: '§4.1.3', about: '… what to do against it' },
  { source: '§4.2.4', about: 'credentials in Referer' },
  { source: '§4.3', about: 'credentials in histories and caches' },
  { source: '§4.3.1', about: '… codes' },
  { source: '§4.3.2', about: '… access tokens' },
  { source: '§4.4', about: 'mix-up of authorization servers' },
  { source: '§4.4.2.1', about: '… `iss` in the response' },
  { source: '§4.5', about: 'injection of codes' },
  { source: '§4.5.3.1', about: '… PKCE' },
  { source: '§4.5.3.2', about: '… nonce' },
  { source: '§4.6', about: 'injection of access tokens', otherwise: 'For clients; §2.1.2 takes the way to it' },
  { source: '§4.7', about: 'forged requests of browsers' },
  { source: '§4.8', about: 'PKCE taken out on the way' },
  { source: '§4.8.2', about: '… a verifier without a challenge' },
  {
    source: '§4.9',
    about: 'leaks at resource servers',
    otherwise: 'For clients and resource servers; §4.10 limits the harm',
  },
  { source: '§4.10', about: 'stolen access tokens' },
  { source: '§4.10.1', about: '… bound to their sender', otherwise: 'As §2.2.1' },
  { source: '§4.10.2', about: '… of one audience' },
  { source: '§4.11', about: 'open redirectors' },
  { source: '§4.11.2', about: '… the authorization server as one' },
  { source: '§4.12', about: 'status 307' },
  { source: '§4.13', about: 'proxies in front' },
  { source: '§4.14.2', about: 'refresh tokens: bound, rotated, reuse is noticed' },
  { source: '§4.15', about: 'clients that pass as people' },
  { source: '§4.16', about: 'clickjacking: sign-in, consent, devices, errors' },
  { source: '§4.17', about: 'messages between windows' },
]

const faults: readonly Source[] = [
  { source: '1', about: 'a forged session is believed' },
  { source: '2', about: 'a code without consent' },
  { source: '3', about: 'issuer and metadata from the Host header' },
  { source: '4', about: 'an error is redirected before the redirect URI is proved' },
  { source: '5', about: 'no audience, sessions as tokens, open algorithms' },
  { source: '6', about: 'refresh tokens: races, no end of the family' },
  { source: '7', about: 'the metadata of the resource names another URL' },
  { source: '8', about: 'a secret for public clients' },
  { source: '9', about: 'registration without limit' },
  { source: '10', about: 'an open store of clients and tokens' },
  { source: '11', about: 'a pending request is taken over' },
  { source: '12', about: 'ways around sign-in that were made for tests' },
]

const laws: readonly Source[] = [
  { source: '1', about: 'nothing public is computed from a request; Host and Origin' },
  { source: '2', about: 'a token is for its resource' },
  { source: '3', about: 'no code without a person and their consent' },
  { source: '4', about: 'no redirect before client and redirect URI are proved' },
  { source: '5', about: 'S256; codes are single use; mistakes burn nothing' },
  { source: '6', about: 'refresh tokens rotate; kinds of token' },
  { source: '7', about: 'no client token goes upstream; identity headers (from outside: nobody is signed in by one)' },
  { source: '8', about: 'guarded fetch (a server on this machine alone)' },
  { source: '9', about: 'algorithms' },
  { source: '10', about: 'dev sign-in on this machine alone' },
  { source: '11', about: 'nothing secret where it does not belong' },
  { source: '12', about: 'sessions are no tokens, and of one person' },
  { source: '13', about: 'metadata says what is so' },
  { source: '14', about: 'what has ended has ended everywhere' },
  { source: '15', about: 'pages live at one origin' },
]

/** The page `coverage.md`. */
export function coveragePage(attacks: readonly Attack[]): string {
  const table = (title: string, of: readonly Source[], prefix: string) =>
    [
      `## ${title}`,
      '',
      '| | About | Attacks |',
      '|---|---|---|',
      ...of.map((each) => rowOf(each, prefix, attacks)),
      '',
    ].join('\n')
  return [
    '# What the attacks are drawn from',
    '',
    'Made by `npm run attack -- --coverage`; a test compares. What no attack can show is said in the row.',
    '',
    table('RFC 9700', rfc9700, 'RFC 9700 '),
    table('Faults seen in the field', faults, 'field.md 2.3 '),
    table('Laws of docs/architecture.md', laws, 'law '),
  ].join('\n')
}

/** What has neither an attack nor a reason, and what attacks are drawn from that no table has. */
export function gapsIn(attacks: readonly Attack[]): readonly string[] {
  const all = [
    ...rfc9700.map((each) => ({ ...each, source: `RFC 9700 ${each.source}` })),
    ...faults.map((each) => ({ ...each, source: `field.md 2.3 ${each.source}` })),
    ...laws.map((each) => ({ ...each, source: `law ${each.source}` })),
  ]
  const empty = all.filter(({ source, otherwise }) => otherwise === undefined && idsOf(source, attacks).length === 0)
  const named = attacks
    .flatMap(({ from }) => from.map(sourceIn))
    .filter((source) => /^(RFC 9700|field\.md 2\.3|law) /.test(source))
  const unknown = named.filter((source) => !all.some((each) => each.source === source))
  return [
    ...empty.map(({ source }) => `${source} has no attack`),
    ...unknown.map((source) => `${source} stands in no table`),
  ]
}

function rowOf({ source, about, otherwise }: Source, prefix: string, attacks: readonly Attack[]): string {
  const ids = idsOf(`${prefix}${source}`, attacks).map((id) => `\`${id}\``)
  const shown = [ids.join(', '), otherwise].filter((text) => text !== undefined && text !== '').join('. ')
  return `| ${source} | ${about} | ${shown} |`
}

function idsOf(source: string, attacks: readonly Attack[]): readonly string[] {
  return attacks.filter(({ from }) => from.some((text) => sourceIn(text) === source)).map(({ id }) => id)
}

/** Without what is said about it in parentheses. */
function sourceIn(text: string): string {
  return text.replace(/ \(.*\)$/, '')
}
