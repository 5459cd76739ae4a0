import { createMcpHandler } from '@modelcontextprotocol/server'
import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/fetch'
import { createTestAuthorizationServer } from '@portcullis/auth/testing'
import { profiles } from '@portcullis/clients'
import { createNotes } from '../../examples/minimal/notes.ts'
import { rules, settings } from '../../examples/minimal/settings.ts'
import { conclude } from '../../packages/doctor/src/conclude.ts'
import { gatherEvidence } from '../../packages/doctor/src/evidence/evidence.ts'
import type { Outcome, ProbeRequest } from '../../packages/doctor/src/evidence/exchange.ts'
import { examine } from '../../packages/doctor/src/examine.ts'
import { createStyle } from '../../packages/doctor/src/render/style.ts'
import { renderText } from '../../packages/doctor/src/render/text.ts'

/** `at-work COMMAND`: how one sees that an example works, with the answers that it gives. Those of all frameworks are the same, and so they are asked of one here. */
export async function frameworkAtWork(command: string): Promise<string> {
  const { challenge, called, stepUp, verdict } = await answers
  return `
\`\`\`sh
npx portcullis dev --resource ${settings.resource} --scopes notes:read,notes:delete   # issues tokens, for trying
${command}
curl -i -X POST ${settings.resource}
\`\`\`

\`\`\`http
HTTP/1.1 401 Unauthorized
www-authenticate: ${challenge}
\`\`\`

With a token of bob's, who calls a tool:

\`\`\`sh
TOKEN=$(curl -s -X POST ${issuer}/dev/token -d subject=bob -d scope=notes:read | sed 's/.*"access_token":"\\([^"]*\\).*/\\1/')
call() {
  curl -i ${settings.resource} -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
    -H 'Accept: application/json, text/event-stream' -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"'$1'"}}'
}
call whoami         # "${called}"
call delete-notes   # 403 Forbidden, since the token lacks a scope:
\`\`\`

\`\`\`http
www-authenticate: ${stepUp}
\`\`\`

\`npx portcullis doctor ${settings.resource}\` then says: ${verdict}
`
}

const [issuer = ''] = settings.authorizationServers
const clientId = 'YwmV1…'

const answers = ask()

async function ask() {
  const authority = createTestAuthorizationServer({
    resource: settings.resource,
    scopes: { 'notes:read': 'Read notes', 'notes:delete': 'Delete notes' },
    issuer,
  })
  const server = createResourceServer({ ...settings, ...authority.trust })
  const serve = protect(server, createMcpHandler(createNotes).fetch, rules)
  const accessToken = await authority.accessToken({ subject: 'bob', scope: ['notes:read'] })
  const call = (name: string) =>
    serve(
      new Request(settings.resource, {
        method: 'POST',
        headers: {
          host: new URL(settings.resource).host,
          authorization: `Bearer ${accessToken}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } }),
      }),
    )

  const asked = await serve(new Request(settings.resource, { method: 'POST', headers: { host: 'localhost:3000' } }))
  const [, text = ''] = /"text":"([^"]*)"/.exec(await (await call('whoami')).text()) ?? []
  return {
    challenge: challengeOf(asked, 401),
    called: text.replace(/with \S+ and/, `with ${clientId} and`), // another one each time
    stepUp: challengeOf(await call('delete-notes'), 403),
    verdict: await doctorSays((request) =>
      new URL(request.url).origin === issuer ? authority.fetch(request) : serve(request),
    ),
  }
}

function challengeOf(answer: Response, status: number): string {
  const challenge = answer.headers.get('www-authenticate')
  if (answer.status !== status || challenge === null) throw new Error(`answered ${answer.status}, and not ${status}`)
  return challenge
}

/** The first sentence of its report. */
async function doctorSays(fetch: (request: Request) => Promise<Response>): Promise<string> {
  async function send({ method, url, headers, body }: ProbeRequest): Promise<Outcome> {
    const request = new Request(url, { method, headers: { host: new URL(url).host, ...headers }, body: body ?? null })
    const answer = await fetch(request)
    return {
      kind: 'answer',
      status: answer.status,
      headers: [...answer.headers],
      body: await answer.text(),
      isWhole: true,
    }
  }
  const evidence = gatherEvidence({ target: settings.resource, mostRequests: 60, send })
  await examine(evidence, profiles)
  const diagnosis = { ...(await conclude(evidence, profiles)), at: '2026-01-01T00:00:00.000Z', milliseconds: 100 }
  const report = renderText(diagnosis, { style: createStyle({ isColored: false }), width: 80, isVerbose: false })
  const [, verdict = ''] = /^\S+\n([\s\S]*?)\n\n/.exec(report) ?? []
  return verdict.replaceAll('\n', ' ')
}
