import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { Client } from './client.ts'
import type { Means, SignIn } from './stage.ts'

/** What a command line asks for. */
export interface Options {
  /** The issuer of another server; ours is started where there is none. */
  issuer: string | undefined
  means: Means
  resource: string | undefined
  scope: string | undefined
  only: RegExp | undefined
  json: boolean
  verbose: boolean
  list: boolean
  coverage: boolean
  source: boolean
}

export const usage = `npm run attack                                    ours, from packed packages
npm run attack -- --source                        ours, from the sources
npm run attack -- https://as.example.com [...]    any other authorization server: one of your own, or whose owner said that you may

  --client-id ID --redirect-uri URI [--client-secret SECRET]
                        a client that is registered there; without one, clients register themselves
  --other-client-id ID --other-redirect-uri URI [--other-client-secret SECRET]
                        another, for what one client does to another
  --sign-in SCRIPT      a module whose function signIn({ url }) gives the Cookie header of somebody who is signed in
  --cookie COOKIE       that header itself
  --press NAME=VALUE    a button to press on the pages, and --answer NAME=VALUE what to write there; signs in without a cookie
  --other-press, --other-answer, --other-cookie, --other-sign-in
                        the same for somebody else
  --resource URI        the resource that tokens are asked for (RFC 8707)
  --scope SCOPE         the scope that is asked for
  --dev-sign-in         the buttons of --press sign in without proof, for development alone
  --page-origin ORIGIN  a further origin on which the server has pages
  --flood               also what sends hundreds of requests of one kind
  --only PATTERN        the attacks whose id or origin fits
  --json, --verbose     results as JSON; with all that went over the wire
  --list                the attacks, without trying any
  --coverage            what they are drawn from, clause by clause`

/** Throws `TypeError` for what cannot stand. */
export async function readOptions(args: string[]): Promise<Options> {
  const text = { type: 'string' } as const
  const texts = { type: 'string', multiple: true } as const
  const flag = { type: 'boolean' } as const
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      'client-id': text,
      'client-secret': text,
      'redirect-uri': text,
      'other-client-id': text,
      'other-client-secret': text,
      'other-redirect-uri': text,
      'sign-in': text,
      cookie: text,
      press: texts,
      answer: texts,
      'other-sign-in': text,
      'other-cookie': text,
      'other-press': texts,
      'other-answer': texts,
      resource: text,
      scope: text,
      'page-origin': texts,
      flood: flag,
      'dev-sign-in': flag,
      only: text,
      json: flag,
      verbose: flag,
      list: flag,
      coverage: flag,
      source: flag,
    },
  })
  const [issuer, more] = positionals
  if (more !== undefined) throw new TypeError(`one server at a time, not ${more} too`)
  if (issuer !== undefined && !/^https?:\/\//.test(issuer)) throw new TypeError(`${issuer} is no http or https URL`)
  const clients = [
    clientOf(values['client-id'], values['redirect-uri'], values['client-secret']),
    clientOf(values['other-client-id'], values['other-redirect-uri'], values['other-client-secret']),
  ].filter((client) => client !== undefined)
  return {
    issuer,
    resource: values.resource,
    scope: values.scope,
    only: values.only === undefined ? undefined : new RegExp(values.only, 'i'),
    json: values.json ?? false,
    verbose: values.verbose ?? false,
    list: values.list ?? false,
    coverage: values.coverage ?? false,
    source: values.source ?? false,
    means: {
      person: await signInOf(values.press, values.answer, values.cookie, values['sign-in']),
      otherPerson: await signInOf(
        values['other-press'],
        values['other-answer'],
        values['other-cookie'],
        values['other-sign-in'],
      ),
      clients,
      origins: values['page-origin'] ?? [],
      mayFlood: values.flood ?? false,
      patience: 6, // law 14 says 5
      signsInForDevelopment: values['dev-sign-in'] ?? false,
    },
  }
}

function clientOf(clientId: string | undefined, redirectUri: string | undefined, secret: string | undefined) {
  if (clientId === undefined) return undefined
  if (redirectUri === undefined) throw new TypeError(`the client ${clientId} needs its redirect URI`)
  const client: Client = {
    clientId,
    redirectUri,
    method: secret === undefined ? 'none' : 'client_secret_post',
    ...(secret !== undefined && { secret }),
    registered: {},
  }
  return client
}

async function signInOf(
  press: readonly string[] | undefined,
  answers: readonly string[] | undefined,
  cookie: string | undefined,
  script: string | undefined,
): Promise<SignIn | undefined> {
  if ([press, answers, cookie, script].every((each) => each === undefined)) return undefined
  const manner = {
    press: press ?? [],
    answers: Object.fromEntries((answers ?? []).map((pair) => [pair.split('=')[0], pair.slice(pair.indexOf('=') + 1)])),
  }
  if (cookie !== undefined) return { manner, cookie }
  if (script === undefined) return { manner }
  const module: { signIn?: unknown } = await import(pathToFileURL(resolve(script)).href)
  if (typeof module.signIn !== 'function') throw new TypeError(`${script} exports no function signIn`)
  return { manner, cookie: module.signIn as (request: { url: string }) => Promise<string> } // what it says it is
}
