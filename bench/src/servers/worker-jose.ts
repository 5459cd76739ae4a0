import { answerMcp } from './worker-answer.ts'
import { verifyJwt } from './worker-verify.ts'

/** jose by hand, without metadata, scopes and reasons: what nobody who verifies with it can be smaller than. */
export default {
  async fetch(request: Request): Promise<Response> {
    const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
    if (token === undefined) return new Response(undefined, { status: 401 })
    return verifyJwt(token).then(answerMcp, () => new Response(undefined, { status: 401 }))
  },
}
