import type { FetchHandler } from '@portcullis/auth/node'
import { attemptsOfServer, exportAttempt } from '../administration/attempts.ts'
import { perform } from '../administration/operation.ts'
import { exportAuditOperation } from '../administration/operations/audit.ts'
import { OperatorError } from '../operations/operator-error.ts'
import { actPath } from './act-link.ts'
import { answerApi, apiPagePath, apiPath, linesOf } from './api.ts'
import { apiPage } from './api-page.ts'
import { isConsolePath } from './console-paths.ts'
import type { ConsoleContext } from './context.ts'
import { attemptEvents } from './live-events.ts'
import { liveScript, liveScriptPath } from './live-script.ts'
import { openapiDocument } from './openapi.ts'
import type { Page } from './page.ts'
import { acceptAct, showAct } from './pages/act.ts'
import { showAttempts, showOneAttempt } from './pages/attempts.ts'
import { showAuditLog } from './pages/audit-log.ts'
import { showClients } from './pages/clients.ts'
import { acceptDoctor, showDoctor } from './pages/doctor.ts'
import { showGrants } from './pages/grants.ts'
import { showKeys } from './pages/keys.ts'
import { memberPage } from './pages/member.ts'
import { showOverview } from './pages/overview.ts'
import { failedPage, notFoundPage, refusedPage } from './pages/problem.ts'
import { showRules } from './pages/rules.ts'
import { showSettings } from './pages/settings.ts'
import { acceptTokenSignIn, showTokenSignIn } from './pages/token-sign-in.ts'
import { showTokens } from './pages/tokens.ts'
import { showUsers } from './pages/users.ts'
import { apiHeaders, problemAnswer } from './problem-details.ts'
import { readForm } from './read-form.ts'
import { mayEnter, type Room, roomNames, rooms } from './rooms.ts'
import { styleSheet, styleSheetPath } from './style-sheet.ts'
import { tokenSignInPath, type Viewer, viewerOf } from './viewer.ts'

/** The console: pages for people, and the HTTP API for programs. It answers at its own hosts alone (law 1). */
export function createConsole(context: ConsoleContext): FetchHandler {
  const { origin, onEvent } = context
  const hosts = [new URL(origin).host, ...context.hosts]
  const toPage = origin + apiPagePath

  async function answer(request: Request, clientAddress: string): Promise<Response> {
    const asked = request.headers.get('host')?.toLowerCase() ?? ''
    if (!hosts.includes(asked)) {
      onEvent({ type: 'host_rejected', host: asked })
      return problemAnswer({ type: 'foreign', detail: 'Nothing is answered at that host.' }, toPage)
    }
    const { pathname } = new URL(request.url)
    if (pathname === apiPath || pathname.startsWith(`${apiPath}/`)) return answerApi(request, context, clientAddress)
    if (pathname === apiPagePath || pathname.startsWith(`${apiPagePath}/`)) return answerAbout(request, pathname)
    if (pathname === '/')
      return new Response(undefined, { status: 302, headers: { ...apiHeaders, location: '/console' } })
    if (!isConsolePath(pathname))
      return problemAnswer({ type: 'not_found', detail: 'The address leads nowhere.' }, toPage)
    if (pathname === styleSheetPath) return asset(styleSheet, 'text/css')
    if (pathname === liveScriptPath) return asset(liveScript, 'text/javascript')
    return answerPage(request, pathname, clientAddress)
  }

  /** What the API is, which is the same for everybody. */
  function answerAbout(request: Request, pathname: string): Response {
    if (!isRead(request)) return problemAnswer(onlyRead, toPage)
    if (pathname === apiPagePath) return apiPage(context)
    if (pathname === `${apiPagePath}/openapi.json`)
      return Response.json(openapiDocument(origin), { headers: apiHeaders })
    return problemAnswer({ type: 'not_found', detail: 'The address leads nowhere.' }, toPage)
  }

  async function answerPage(request: Request, pathname: string, clientAddress: string): Promise<Response> {
    const form = isRead(request) ? new Map<string, string>() : await readForm(request, origin)
    if ('type' in form) return problemAnswer(form, toPage)
    if (pathname === tokenSignInPath && context.session === undefined)
      return isRead(request) ? showTokenSignIn(request, context) : acceptTokenSignIn(form, context, clientAddress)
    const viewer = await viewerOf(request, context)
    if (viewer instanceof Response) return viewer
    if (viewer === 'member') return memberPage(context)
    try {
      return isRead(request)
        ? await shown(request, pathname, viewer)
        : await accepted(request, pathname, { form, viewer })
    } catch (cause) {
      onEvent({ type: 'page_failed', path: pathname, cause })
      return failedPage(viewer, context)
    }
  }

  async function shown(request: Request, pathname: string, viewer: Viewer): Promise<Response> {
    const room = roomOf(pathname)
    if (room !== undefined && !mayEnter(viewer.role, room)) return refusedPage(request, viewer, context)
    if (pathname.startsWith(`${actPath}/`)) return showAct(request, viewer, context)
    const [, id, what] = /^\/console\/attempts\/([\w-]{1,64})(\/evidence)?$/.exec(pathname) ?? []
    if (pathname === '/console/attempts/events')
      return attemptEvents(request, context, { isStillAllowed: () => mayStillEnter(request, 'attempts') })
    if (id !== undefined && what === undefined) return showOneAttempt(id, viewer, context)
    if (id !== undefined) return evidence(request, id, viewer)
    if (pathname === '/console/audit/export') return auditExport(request, viewer)
    if (pathname === '/console/doctor') return showDoctor(request, viewer, context)
    const page = pages.get(pathname)
    return page === undefined ? notFoundPage(viewer, context) : page(request, viewer, context)
  }

  /** As things are by now. */
  async function mayStillEnter(request: Request, room: Room): Promise<boolean> {
    const now = await viewerOf(request, context)
    return typeof now === 'object' && 'role' in now && mayEnter(now.role, room)
  }

  async function accepted(
    request: Request,
    pathname: string,
    { form, viewer }: { form: ReadonlyMap<string, string>; viewer: Viewer },
  ): Promise<Response> {
    if (pathname.startsWith(`${actPath}/`)) return acceptAct(request, form, viewer, context)
    if (pathname === '/console/doctor')
      return mayEnter(viewer.role, 'attempts')
        ? acceptDoctor(form, viewer, context)
        : refusedPage(request, viewer, context)
    return notFoundPage(viewer, context)
  }

  async function evidence(request: Request, id: string, viewer: Viewer): Promise<Response> {
    const namesEverybody = new URL(request.url).searchParams.get('names') === '1'
    try {
      const file = await exportAttempt(attemptsOfServer(context.administration), id, {
        version: context.version,
        namesEverybody,
      })
      return download(`${JSON.stringify(file, undefined, 2)}\n`, `attempt-${id}.json`, 'application/json')
    } catch (cause) {
      if (cause instanceof OperatorError) return notFoundPage(viewer, context)
      throw cause
    }
  }

  async function auditExport(request: Request, viewer: Viewer): Promise<Response> {
    const entries = await perform(exportAuditOperation, {}, viewer.administrator, context.administration)
    const lines = linesOf(entries, () => mayStillEnter(request, 'audit'))
    lines.headers.set('content-disposition', 'attachment; filename="audit.jsonl"')
    return lines
  }

  return {
    async fetch(request, { clientAddress = 'unknown' } = {}) {
      try {
        return await answer(request, clientAddress)
      } catch (cause) {
        onEvent({ type: 'page_failed', path: new URL(request.url).pathname, cause })
        return problemAnswer({ type: 'failed', detail: 'The fault is ours. The log has it.' }, toPage)
      }
    },
  }
}

const pages: ReadonlyMap<string, Page> = new Map<string, Page>([
  [rooms.overview.path, showOverview],
  [rooms.attempts.path, showAttempts],
  [rooms.users.path, showUsers],
  [rooms.clients.path, showClients],
  [rooms.grants.path, showGrants],
  [rooms.keys.path, showKeys],
  [rooms.tokens.path, showTokens],
  [rooms.rules.path, showRules],
  [rooms.settings.path, showSettings],
  [rooms.audit.path, showAuditLog],
])

/** Which room an address stands in; the overview and acts look at rights by themselves. */
function roomOf(pathname: string): Room | undefined {
  if (pathname === '/console/doctor') return 'attempts'
  return roomNames.find(
    (room) => pathname === rooms[room].path || (room !== 'overview' && pathname.startsWith(`${rooms[room].path}/`)),
  )
}

function isRead({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD'
}

function asset(text: string, type: string): Response {
  return new Response(text, {
    headers: {
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    },
  })
}

function download(text: string, name: string, type: string): Response {
  return new Response(text, {
    headers: { ...apiHeaders, 'content-type': type, 'content-disposition': `attachment; filename="${name}"` },
  })
}

const onlyRead = {
  type: 'method_not_allowed' as const,
  detail: 'It is only read.',
  headers: { allow: 'GET, HEAD' },
}
