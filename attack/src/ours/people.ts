import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createBrowser } from '../browser.ts'
import { createWire } from '../wire.ts'
import { clientId, type LyingIdentityProvider, startLyingIdentityProvider } from './lying-identity-provider.ts'

/** What attacks on our accounts, identity providers and administration are played with. */
export interface OurPeople {
  origin: string
  /** Where the administration API is. */
  api: string
  /** Administration tokens, by role. */
  tokens: Readonly<Record<'owner' | 'operator' | 'auditor', string>>
  /** The user name and password of the owner. */
  owner: { userName: string; password: string }
  /** Whose verified addresses open accounts of those names; its answers name their issuer. */
  corp: LyingIdentityProvider
  /** Whose addresses open nothing; its answers name no issuer. */
  other: LyingIdentityProvider
}

export const password = 'four quiet words here'
export const contact = 'help@attack.example'

/** Two identity providers, and the configuration of a server that knows them, in `folder`. */
export async function writePeopleConfiguration(folder: string): Promise<Pick<OurPeople, 'corp' | 'other'>> {
  const corp = await startLyingIdentityProvider({ saysIssuer: true })
  const other = await startLyingIdentityProvider({ saysIssuer: false })
  const each = (name: string, issuer: string, more: object = {}) => {
    const secretFile = `${name}.secret`
    writeFileSync(
      join(folder, secretFile),
      `nobody-looks-at-it-at-${name}
`,
      { mode: 0o600 },
    )
    return { preset: 'oidc', name, issuer, clientId, secretFile, contact, ...more }
  }
  writeFileSync(
    join(folder, 'portcullis.yaml'), // JSON is YAML
    JSON.stringify({
      devices: { enabled: true },
      limits: { signInsPerAccount: 1000, signInsPerAddress: 10_000 }, // guessing is limited: another suite's concern
      identityProviders: {
        corp: each('Corp', corp.issuer, { dangerouslyLinkByEmail: true }),
        other: each('Other', other.issuer),
      },
    }),
  )
  return { corp, other }
}

/** Makes the owner of a server that has just been started in `folder`, and a token for each role. `cookie`: of the owner's browser. */
export async function settle(
  origin: string,
  folder: string,
): Promise<Pick<OurPeople, 'api' | 'tokens' | 'owner'> & { cookie: string }> {
  const wire = createWire({ from: undefined, say: () => {} })
  const browser = createBrowser(wire.send, { origins: new Set([origin]), manner: { press: [], answers: {} } })
  const api = `${origin}/console/api/v1`
  const owner = { userName: 'olga', password }
  const link = new URL(await ownerLink(join(folder, 'portcullis.owner-link')))
  const token = link.searchParams.get('token') ?? ''
  const welcome = await browser.post(origin + link.pathname, {
    token,
    user_name: owner.userName,
    password,
    again: password,
  })
  if (welcome.kind !== 'page' || welcome.answer.status !== 200)
    throw new Error(`the owner cannot be made: ${welcome.answer.status} ${welcome.answer.text}`)
  const cookie = [...(browser.cookies.get(new URL(origin).host) ?? [])].map((pair) => pair.join('=')).join('; ')
  const tokenFor = async (role: string) => {
    const headers = { origin, cookie, 'content-type': 'application/json' }
    const body = JSON.stringify({ name: `attack, ${role}`, role })
    const { json, text } = await wire.send({ method: 'POST', url: `${api}/tokens`, headers, body })
    if (typeof json.token !== 'string') throw new Error(`no token for ${role}: ${text}`)
    return json.token
  }
  const tokens = {
    owner: await tokenFor('owner'),
    operator: await tokenFor('operator'),
    auditor: await tokenFor('auditor'),
  }
  wire.close()
  return { api, tokens, owner, cookie }
}

/** It is written once the server listens. */
async function ownerLink(file: string): Promise<string> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const link = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
    if (link !== '') return link
    await wait(100)
  }
  throw new Error(`${file} is not there`)
}
