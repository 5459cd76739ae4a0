import { html } from '@portcullis/auth/authorization-server'
import { examineServer } from '../../administration/own-doctor.ts'
import type { ConsoleContext } from '../context.ts'
import { consolePage } from '../frame.ts'
import type { Viewer } from '../viewer.ts'
import { reportOnPage } from './doctor-report.ts'

const running = new Map<string, ReturnType<typeof examineServer>>()

/** What the doctor does, and the button that has it done. */
export function showDoctor(_: Request, viewer: Viewer, { server }: ConsoleContext): Response {
  return consolePage({
    title: 'The doctor',
    room: 'attempts',
    ...{ viewer, server },
    lead: html`Asks <code>${server.publicUrl}</code> as clients would, from this machine and without signing in, and says which will connect. It makes nothing there.`,
    body: html`<form method="post" action="/console/doctor"><button>Examine this server</button> <span class="soft">It takes up to fifteen seconds.</span></form>`,
  })
}

/** Has the doctor look, once at a time whoever asks. */
export async function acceptDoctor(_: Request, viewer: Viewer, { server }: ConsoleContext): Promise<Response> {
  const { publicUrl } = server
  const examination = running.get(publicUrl) ?? examineServer(publicUrl).finally(() => running.delete(publicUrl))
  running.set(publicUrl, examination)
  const report = await examination
  return consolePage({
    title: 'What the doctor says',
    room: 'attempts',
    ...{ viewer, server },
    lead: html`Of <code>${server.publicUrl}</code>, asked from this machine; from elsewhere, what stands in front of it may answer otherwise.`,
    aside: html`<form method="post" action="/console/doctor"><button class="plain">Examine again</button></form>`,
    body: reportOnPage(report),
  })
}
