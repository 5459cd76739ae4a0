import { AsyncLocalStorage } from 'node:async_hooks'
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { Step } from '@portcullis/clients'
import { fileOf } from '../installed.ts'
import { opens } from '../real-client.ts'
import type { Deed } from './cell.ts'
import type { Player } from './play-site.ts'

/**
 * Clients that cannot be run here, by the part of their own source that looks for the authorization server. They are played where a server
 * asks them to sign in, with 401: what comes before, other parts of them do.
 */
export async function loadSourceClients(): Promise<readonly Player[]> {
  registerHooks({
    resolve(specifier, context, next) {
      const [, source] = Object.entries(instead).find(([name]) => specifier.endsWith(`/${name}`)) ?? []
      if (source === undefined || context.parentURL?.includes('gemini-cli-core') !== true)
        return next(specifier, context)
      return { url: `data:text/javascript,${encodeURIComponent(source)}`, shortCircuit: true }
    },
    load(url, context, next) {
      return url.endsWith('.css') ? { format: 'module', source: '', shortCircuit: true } : next(url, context)
    },
  })
  // Gemini CLI waits five minutes for a browser, also where it has given up before.
  process.on('unhandledRejection', (reason) => {
    if (!(reason instanceof Error && reason.message === 'OAuth callback timeout')) throw reason
  })
  Object.assign(globalThis, { tellOpened: (url: string) => whoOpens.getStore()?.(url) })
  return [await vscode(), await geminiCli()]
}

/** A browser, a keychain, a question and a log, which there are not. */
const instead = {
  'secure-browser-launcher.js': 'export async function openBrowserSecurely(url) { globalThis.tellOpened(url) }',
  'oauth-token-storage.js': 'export class MCPOAuthTokenStorage {}',
  'authConsent.js': 'export async function getConsentForOauth() { return true }',
  'debugLogger.js':
    'const quiet = () => {}; export const debugLogger = { log: quiet, warn: quiet, error: quiet, debug: quiet }',
}

const whoOpens = new AsyncLocalStorage<(url: string) => void>()

type Tried = Pick<Deed, 'outcome' | 'said' | 'steps'>

/** `createAuthMetadata`, `fetchDynamicRegistration`, and what `$getTokenFromServerMetadata` makes of them. */
async function vscode(): Promise<Player> {
  const folder = 'vscode/src/vs'
  const vs = (file: string) => load('@codingame/monaco-vscode-api', `${folder}/${file}`)
  const { createAuthMetadata } = (await vs('workbench/api/common/extHostMcp.js')) as VscodeDiscovery
  const { fetchDynamicRegistration } = (await vs('base/common/oauth.js')) as VscodeRegistration
  return {
    id: 'vscode',
    async run(target) {
      const challenge = await challengeAt(target)
      if (challenge === undefined) return undefined
      const options = { sameOriginHeaders: {}, fetch, log: () => {} }
      return signInAsVscode(await createAuthMetadata(target, challenge, options), fetchDynamicRegistration)
    },
  }
}

/** As far as it is used here; TypeScript cannot load its declarations. */
interface VscodeDiscovery {
  createAuthMetadata(target: string, headers: Headers, options: object): Promise<VscodeMetadata>
}

interface VscodeRegistration {
  fetchDynamicRegistration(
    server: VscodeMetadata['serverMetadata'],
    clientName: string,
    scopes: readonly string[] | undefined,
  ): Promise<{ readonly client_id: string }>
}

interface VscodeMetadata {
  /** `default`: endpoints that it guesses at the origin. */
  readonly telemetry: { readonly serverMetadataSource: string }
  readonly scopes?: readonly string[]
  readonly resourceMetadata?: { readonly resource?: string; readonly scopes_supported?: readonly string[] }
  readonly serverMetadata: {
    readonly authorization_endpoint?: string
    readonly token_endpoint?: string
    readonly registration_endpoint?: string
    readonly client_id_metadata_document_supported?: boolean
    readonly scopes_supported?: readonly string[]
  }
}

async function signInAsVscode(
  found: VscodeMetadata,
  register: VscodeRegistration['fetchDynamicRegistration'],
): Promise<Tried> {
  const { scopes, resourceMetadata, serverMetadata, telemetry } = found
  const { authorization_endpoint, token_endpoint } = serverMetadata
  const isKnown = Boolean(serverMetadata.client_id_metadata_document_supported)
  // Where it cannot register, it asks the person for a client, who has none.
  const asked = resourceMetadata?.scopes_supported
  const isRegistered =
    isKnown || (await register(serverMetadata, 'Visual Studio Code', asked).then(Boolean, () => false))
  if (!isRegistered) return stopsAt('registration')
  if (!authorization_endpoint || !token_endpoint) return stopsAt('authorization_request')
  // A person would see that page.
  if (telemetry.serverMetadataSource === 'default' && (await isMissing(authorization_endpoint)))
    return stopsAt('authorization_request')
  const scope = (scopes ?? serverMetadata.scopes_supported ?? []).join(' ')
  const resource = resourceMetadata?.resource
  return {
    outcome: {
      kind: 'opens',
      endpoint: authorization_endpoint,
      identifier: isKnown ? 'document' : 'registered',
      ...(scope !== '' && { scope }),
      ...(resource !== undefined && { resource }),
    },
  }
}

async function isMissing(page: string): Promise<boolean> {
  const answer = await fetch(page, { redirect: 'manual' }).catch(() => undefined)
  return answer === undefined || answer.status === 404
}

function stopsAt(step: Step): Tried {
  return { outcome: { kind: 'stops' }, steps: [step] }
}

/** `MCPOAuthProvider.authenticate`, from the challenge to the browser. */
async function geminiCli(): Promise<Player> {
  const file = 'dist/src/mcp/oauth-provider.js'
  const { MCPOAuthProvider } = (await load('@google/gemini-cli-core', file)) as GeminiModule
  return {
    id: 'gemini-cli',
    async run(target) {
      if ((await challengeAt(target)) === undefined) return undefined
      return new Promise<Tried>((resolve) => {
        const opened = (url: string) => resolve({ outcome: opens(new URL(url)), said: [] })
        const stopped = (error: Error) => resolve({ outcome: { kind: 'stops' }, said: [error.message] })
        whoOpens.run(opened, () => new MCPOAuthProvider({}).authenticate('truth', {}, target).catch(stopped))
      })
    },
  }
}

interface GeminiModule {
  MCPOAuthProvider: new (
    storage: object,
  ) => { authenticate(name: string, config: object, url: string): Promise<unknown> }
}

async function load(name: string, file: string): Promise<unknown> {
  return import(pathToFileURL(fileOf(name, file)).href)
}

/** What is said to who comes without a token; `undefined` where that is no 401. */
async function challengeAt(target: string): Promise<Headers | undefined> {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'truth', version: '1' } }
  const answer = await fetch(target, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
    redirect: 'manual',
  }).catch(() => undefined)
  await answer?.body?.cancel()
  return answer?.status === 401 ? answer.headers : undefined
}
