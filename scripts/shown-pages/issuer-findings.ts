import {
  auth0,
  checkIssuer,
  clerk,
  clientNeedsOf,
  entra,
  keycloak,
  okta,
  stytch,
  supabase,
  workos,
} from '@portcullis/auth/issuers'
import { profiles } from '@portcullis/clients'
import { tokensOf } from './issuer-token.ts'

interface Vendor {
  preset: (issuer: string) => ReturnType<typeof okta>
  metadata: object
  /** Default: none of its own. */
  scopes?: readonly string[]
}

const s256 = { code_challenge_methods_supported: ['S256'] }
const registers = { registration_endpoint: 'https://registration.example/' }
const documents = { client_id_metadata_document_supported: true }
const ofOpenId = { scopes_supported: ['openid', 'profile', 'email', 'offline_access'] }

/** A vendor, and of its metadata what is judged, once it is set up as its page says. */
const vendors: Readonly<Record<string, Vendor>> = {
  keycloak: { preset: (issuer) => keycloak({ issuer }), metadata: { ...s256, ...registers } },
  clerk: { preset: (issuer) => clerk({ issuer }), metadata: { ...s256, ...registers } },
  auth0: { preset: (issuer) => auth0({ issuer }), metadata: { ...s256, ...registers } },
  workos: { preset: (issuer) => workos({ issuer }), metadata: { ...s256, ...registers, ...documents } },
  stytch: { preset: (issuer) => stytch({ issuer, projectId: 'project-live-1' }), metadata: { ...s256, ...registers } },
  okta: { preset: (issuer) => okta({ issuer }), metadata: { ...s256, ...registers } },
  entra: {
    preset: () =>
      entra({
        tenant: '9122040d-6c67-4c5b-b112-36a304b66dad',
        applicationId: '6e74172b-be56-4843-9ff4-e66a39bb12e3',
      }),
    metadata: ofOpenId,
    scopes: ['api://6e74172b-be56-4843-9ff4-e66a39bb12e3/notes.read'],
  },
  supabase: { preset: (issuer) => supabase({ issuer }), metadata: { ...s256, ...registers, ...ofOpenId } },
}

/** `findings VENDOR`: what `checkIssuer` says of it, of all clients that are known. */
export async function issuerFindings(name: string): Promise<string> {
  const vendor = vendors[name]
  if (vendor === undefined) throw new Error(`there is no vendor "${name}"; there are ${Object.keys(vendors)}`)
  const { issuer, metadata } = tokensOf(name)
  const findings = await checkIssuer({
    issuer: vendor.preset(issuer),
    scopes: vendor.scopes ?? [],
    knownClients: clientNeedsOf(profiles),
    async fetch({ url }) {
      if (url === metadata.jwks_uri) return Response.json({ keys: [{ kty: 'RSA', alg: 'RS256', use: 'sig' }] })
      if (url === metadata.at) return Response.json({ issuer, jwks_uri: metadata.jwks_uri, ...vendor.metadata })
      return new Response('', { status: 404 })
    },
  })
  if (findings.length === 0) return 'Nothing: its metadata stops no client that is known.'
  const list = findings.map(({ severity, message, fix }) => `- \`${severity}\` ${message}. *${fix}.*`)
  return list.join('\n')
}
