import { html } from '@portcullis/auth/authorization-server'
import { attemptsOfServer, listAttempts } from '../../administration/attempts.ts'
import { connectLines } from '../../pages/connect.ts'
import { addressesInWords } from '../../pages/mcp-servers.ts'
import type { ConsoleContext } from '../context.ts'
import { figuresOf } from '../figures.ts'
import { consolePage } from '../frame.ts'
import { liveScriptPath } from '../live-script.ts'
import { noOwnerNote } from '../no-owner-note.ts'
import { nothing } from '../table.ts'
import type { Viewer } from '../viewer.ts'
import { attemptsTable, noAttempts } from './attempts.ts'

const day = 86_400_000

/** How things stand, at a look. */
export async function showOverview(_: Request, viewer: Viewer, context: ConsoleContext): Promise<Response> {
  const { administration, server } = context
  const { people, grants } = await figuresOf(administration)
  const since = administration.now() * 1000 - day
  const lately = await listAttempts(attemptsOfServer(administration), { since }, { limit: 500 })
  const failed = lately.filter(({ verdict: { party } }) => party !== 'connected' && party !== 'still_waiting')
  const connected = lately.filter(({ verdict: { party } }) => party === 'connected')
  const figures: [number, string, string][] = [
    [
      connected.length,
      connected.length === 1 ? 'client connected in 24 hours' : 'clients connected in 24 hours',
      '/console/attempts?verdict=connected',
    ],
    [
      failed.length,
      failed.length === 1 ? 'attempt that came to nothing' : 'attempts that came to nothing',
      '/console/attempts',
    ],
    [grants, grants === 1 ? 'grant in force' : 'grants in force', '/console/grants'],
    [people, people === 1 ? 'person' : 'people', '/console/users'],
  ]
  return consolePage({
    title: 'Overview',
    room: 'overview',
    ...{ viewer, server },
    lead: html`Clients connect to ${addressesInWords(server)}.`,
    aside: html`<a class="button plain" href="/console/doctor">Ask the doctor</a>`,
    scripts: [liveScriptPath],
    body: html`${await noOwnerNote(context)}<div data-live="/console/attempts/events"><ul class="grid">${figures.map(([count, what, href]) => html`<li class="card"><a href="${href}"><span class="figure">${count}</span>${what}</a></li>`)}</ul>
<h2>Lately</h2>
${lately.length === 0 ? nothing(administration.configuration.recorder.enabled ? 'No client has come in the last 24 hours.' : noAttempts(context)) : attemptsTable(lately.slice(0, 8))}</div>
<h2>Connect a client</h2>
${connectLines(server)}`,
  })
}
