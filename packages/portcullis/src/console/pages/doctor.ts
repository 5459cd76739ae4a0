import { type Html, html } from '@portcullis/auth/authorization-server'
import { examineServer } from '../../administration/own-doctor.ts'
import type { McpServerOfPages } from '../../pages/context.ts'
import { hidden } from '../../pages/fields.ts'
import { addressesInWords } from '../../pages/mcp-servers.ts'
import type { ConsoleContext } from '../context.ts'
import { consolePage } from '../frame.ts'
import type { Viewer } from '../viewer.ts'
import { reportOnPage } from './doctor-report.ts'

const running = new Map<string, ReturnType<typeof examineServer>>()

/** What the doctor does, and the button that has it done: one for each server. */
export function showDoctor(_: Request, viewer: Viewer, { server }: ConsoleContext): Response {
  const isOne = server.mcpServers.length === 1
  return consolePage({
    title: 'The doctor',
    room: 'attempts',
    ...{ viewer, server },
    lead: html`Asks ${addressesInWords(server)} as clients would, from this machine and without signing in, and says which will connect. It makes nothing there.`,
    body: html`${server.mcpServers.map((each) => examineForm(each, { words: isOne ? 'Examine this server' : `Examine ${each.name}` }))}<p class="soft">It takes up to fifteen seconds.</p>`,
  })
}

/** Has the doctor look, once at a time whoever asks. */
export async function acceptDoctor(
  form: ReadonlyMap<string, string>,
  viewer: Pick<Viewer, 'name' | 'role' | 'leave'>,
  { server }: Pick<ConsoleContext, 'server'>,
): Promise<Response> {
  const asked = form.get('server')
  const examined = server.mcpServers.find(({ publicUrl }) => publicUrl === asked) ?? server.mcpServers[0]
  const { publicUrl } = examined
  const examination = running.get(publicUrl) ?? examineServer(publicUrl).finally(() => running.delete(publicUrl))
  running.set(publicUrl, examination)
  const report = await examination
  return consolePage({
    title: 'What the doctor says',
    room: 'attempts',
    ...{ viewer, server },
    lead: html`Of <code>${publicUrl}</code>, asked from this machine; from elsewhere, what stands in front of it may answer otherwise.`,
    aside: examineForm(examined, { words: 'Examine again', style: 'plain' }),
    body: reportOnPage(report),
  })
}

/** The address is one of ours, whatever comes back: nobody has the doctor look elsewhere. */
function examineForm({ publicUrl }: McpServerOfPages, { words, style = '' }: { words: string; style?: string }): Html {
  return html`<form method="post" action="/console/doctor">${hidden('server', publicUrl)}<button class="${style}">${words}</button></form>\n`
}
