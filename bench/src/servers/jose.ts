import { createServer } from 'node:http'
import { createJoseVerifier } from './jose-verifier.ts'
import { listen } from './listening.ts'
import { answerCall } from './mcp-answer.ts'
import { type ResourceSettings, readSettings } from './settings.ts'

/** jose by hand: what somebody writes who needs no library, without challenges and without a cache. */
const verify = createJoseVerifier(readSettings<ResourceSettings>())

listen(
  createServer((req, res) => {
    const token = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1]
    verify(token ?? '').then(
      () => answerCall(req, res),
      () => res.writeHead(401).end(),
    )
  }),
)
