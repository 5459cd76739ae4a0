import { html } from '@portcullis/auth/authorization-server'
import { Hono } from 'hono'
import { linkPaths } from '../accounts/links.ts'
import { acceptConfirm, acceptPasskeyConfirm, showConfirm } from './confirm.ts'
import { connectLines } from './connect.ts'
import { acceptConsentEnd, acceptGrantEnd, showConnections } from './connections.ts'
import type { PagesContext, PagesEnv } from './context.ts'
import { acceptEmail, acceptEmailLink, acceptEmailRemoval, showEmail, showEmailLink } from './email.ts'
import { acceptForgot, showForgot } from './forgot.ts'
import { requireOwnForm } from './form.ts'
import { acceptSignOut, showHome } from './home.ts'
import { acceptUnlink, identitiesPath, showIdentities } from './identities.ts'
import { beginPath } from './identity-buttons.ts'
import { acceptCallback } from './identity-callback.ts'
import { acceptSignInWith } from './identity-sign-in.ts'
import { addressesInWords } from './mcp-servers.ts'
import { acceptLink, showLink } from './one-time-links.ts'
import { passkeyScriptPath, showPasskeyScript } from './passkey-form.ts'
import { acceptPasskeySignIn } from './passkey-sign-in.ts'
import {
  acceptAddPasskey,
  acceptPasskeyName,
  acceptRemovePasskey,
  showAddPasskey,
  showPasskeyName,
  showPasskeys,
  showRemovePasskey,
} from './passkeys.ts'
import { acceptPassword, showPassword } from './password.ts'
import { type Problem, problemPage } from './problem.ts'
import { acceptSessionEnd, acceptSignOutElsewhere, showSessions } from './sessions.ts'
import { acceptDevSignIn, acceptSignIn, showContinue, showSignIn } from './sign-in.ts'

/** The pages of accounts, all under `/account`. */
export interface Pages {
  /** Answers a request whose host was looked at already. `clientAddress` is what limits count by. */
  fetch(request: Request, info?: { clientAddress?: string }): Promise<Response>
}

type Handler = (request: Request, clientAddress: string) => Promise<Response>

export function createPages(context: PagesContext): Pages {
  const app = new Hono<PagesEnv>()
  app.use(requireOwnForm(context))
  for (const [path, { get, post }] of Object.entries(routesOf(context))) {
    if (get !== undefined) app.get(path, (c) => get(c.req.raw, c.env.clientAddress ?? 'unknown'))
    if (post !== undefined) app.post(path, (c) => post(c.req.raw, c.env.clientAddress ?? 'unknown'))
    const methods = [get && 'GET', get && 'HEAD', post && 'POST'].filter((method) => method !== undefined)
    app.all(path, (c) => problemPage(c.req.raw, wrongMethod(methods), context))
  }
  app.notFound((c) => problemPage(c.req.raw, notFound(context), context))
  app.onError((cause, c) => problemPage(c.req.raw, hasLeft(cause) ? brokeOff : failure(c.req.path, cause), context))
  return { fetch: async (request, info = {}) => app.fetch(request, info) }
}

function routesOf(context: PagesContext): Record<string, { get?: Handler; post?: Handler }> {
  return {
    '/': { get: async () => new Response(undefined, { status: 302, headers: { location: '/account' } }) },
    '/account': { get: (request) => showHome(request, context) },
    '/account/sign-in': {
      get: (request) => showSignIn(request, context),
      post: (request, clientAddress) => acceptSignIn(request, context, clientAddress),
    },
    '/account/sign-in/passkey': {
      post: (request, clientAddress) => acceptPasskeySignIn(request, context, clientAddress),
    },
    [passkeyScriptPath]: { get: showPasskeyScript },
    '/account/confirm': {
      get: (request) => showConfirm(request, context),
      post: (request, clientAddress) => acceptConfirm(request, context, clientAddress),
    },
    '/account/confirm/passkey': {
      post: (request, clientAddress) => acceptPasskeyConfirm(request, context, clientAddress),
    },
    '/account/passkeys': { get: (request) => showPasskeys(request, context) },
    '/account/passkeys/add': {
      get: (request) => showAddPasskey(request, context),
      post: (request) => acceptAddPasskey(request, context),
    },
    '/account/passkeys/name': {
      get: (request) => showPasskeyName(request, context),
      post: (request) => acceptPasskeyName(request, context),
    },
    '/account/passkeys/remove': {
      get: (request) => showRemovePasskey(request, context),
      post: (request) => acceptRemovePasskey(request, context),
    },
    ...identityRoutes(context),
    '/account/dev-sign-in': { post: (request) => acceptDevSignIn(request, context) },
    '/account/continue': { get: (request) => showContinue(request, context) },
    '/account/sign-out': { post: (request) => acceptSignOut(request, context) },
    '/account/sign-out-elsewhere': { post: (request) => acceptSignOutElsewhere(request, context) },
    '/account/sessions': { get: (request) => showSessions(request, context) },
    '/account/sessions/end': { post: (request) => acceptSessionEnd(request, context) },
    '/account/forgot': {
      get: (request) => showForgot(request, context),
      post: (request, clientAddress) => acceptForgot(request, context, clientAddress),
    },
    '/account/email': {
      get: (request) => showEmail(request, context),
      post: (request) => acceptEmail(request, context),
    },
    '/account/email/remove': { post: (request) => acceptEmailRemoval(request, context) },
    [linkPaths.email]: {
      get: (request) => showEmailLink(request, context),
      post: (request) => acceptEmailLink(request, context),
    },
    '/account/password': {
      get: (request) => showPassword(request, context),
      post: (request, clientAddress) => acceptPassword(request, context, clientAddress),
    },
    '/account/connections': { get: (request) => showConnections(request, context) },
    '/account/grants/end': { post: (request) => acceptGrantEnd(request, context) },
    '/account/consents/end': { post: (request) => acceptConsentEnd(request, context) },
    ...Object.fromEntries(
      (['owner', 'invitation', 'reset', 'recovery'] as const).map((purpose) => [
        linkPaths[purpose],
        {
          get: (request: Request) => showLink(purpose, request, context),
          post: (request: Request) => acceptLink(purpose, request, context),
        },
      ]),
    ),
  }
}

/** Each identity provider has a callback of its own (RFC 9700 §4.4). */
function identityRoutes(context: PagesContext): Record<string, { get?: Handler; post?: Handler }> {
  if (context.identityProviders === undefined) return {}
  return {
    [beginPath]: { post: (request) => acceptSignInWith(request, context) },
    [identitiesPath]: {
      get: (request) => showIdentities(request, context),
      post: (request) => acceptUnlink(request, context),
    },
    ...Object.fromEntries(
      [...context.identityProviders.trusted.values()].map((trusted) => [
        `/account/callback/${trusted.id}`,
        { get: (request: Request) => acceptCallback(request, trusted, context) },
      ]),
    ),
  }
}

/** Whether the browser left within its form: no failure of ours, or anybody could fill the log with them. */
function hasLeft(cause: Error): boolean {
  return 'code' in cause && cause.code === 'ECONNRESET'
}

function wrongMethod(methods: readonly string[]): Problem {
  return {
    status: 405,
    reason: 'method_not_allowed',
    title: 'This address is not for that',
    description: 'The page cannot be asked in this way.',
    nextStep: html`Open <a href="/account">your account</a> in a browser and use what stands on the page.`,
    headers: { allow: methods.join(', ') },
  }
}

function failure(path: string, cause: unknown): Problem {
  return {
    status: 500,
    reason: 'page_failed',
    title: 'Something is not working here',
    description: 'The fault is ours, not yours.',
    nextStep: 'Try again in a minute. If it stays like this, tell whoever runs this server.',
    event: { type: 'page_failed', path, cause },
  }
}

function notFound({ server }: PagesContext): Problem {
  return {
    status: 404,
    reason: 'not_found',
    title: 'There is no such page',
    description: html`The address leads nowhere here. <bdi>${server.name}</bdi> is ${server.mcpServers.length === 1 ? 'an MCP server: people use it' : 'several MCP servers: people use them'} with an MCP client.`,
    nextStep: html`Check the address, go to <a href="/account">your account</a>, or add ${addressesInWords(server)} to your client:`,
    more: connectLines(server),
  }
}

/** Nobody is there to read it: it is for the event. */
const brokeOff: Problem = {
  status: 400,
  reason: 'body_broke_off',
  title: 'The form did not arrive',
  description: 'The browser left before the end of its form.',
  nextStep: 'Open the page again and send its form.',
}
