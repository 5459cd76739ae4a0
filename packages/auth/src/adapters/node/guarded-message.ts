import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AuthInfo } from '../../resource-server/auth-info.ts'
import type { Admission, Admitted, Guard } from '../../resource-server/guard.ts'
import type { ResourceServer } from '../../resource-server/resource-server.ts'
import { bindSession } from './bind-session.ts'
import { breakOffInTime } from './open-exchanges.ts'
import { peekBody } from './peek-body.ts'
import { discardRest } from './request-body.ts'
import { requestHead } from './request-head.ts'
import { rewriteAnswer } from './rewrite-answer.ts'
import { sendResponse } from './send-response.ts'

/** A request of `node:http`, or of a framework over it. */
export interface GuardedMessage extends IncomingMessage {
  /** Who calls, once they are let in. The official SDK hands it to tools as `authInfo`. */
  auth?: AuthInfo
}

export interface Exchange {
  req: GuardedMessage
  res: ServerResponse
  /** What was asked for, where a framework has cut that of `req` since. Default: that of `req`. */
  originalUrl?: string | undefined
}

/** Whether a request is the server's own, by what was asked for or by what something on the way made of it: routers go by that. */
export function isOwnExchange(server: ResourceServer, { req: { url = '/' }, originalUrl = url }: Exchange): boolean {
  return server.isOwn({ url: originalUrl }) || (url !== originalUrl && server.isOwn({ url }))
}

/** The answer to send, or who is let in; at once, where nothing has to be waited for. */
export function admitExchange(guard: Guard, { req, originalUrl }: Exchange): Admission | Promise<Admission> {
  return guard.admit(requestHead(req, originalUrl), (longest) => peekBody(req, longest))
}

/** Tells what comes behind who calls, browsers what they may read of its answer, and callers what they may use of what it lists; and ends it in time. */
export function letIn({ authInfo, headers, session, listView, mustEnd }: Admitted, { req, res }: Exchange): void {
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
  req.auth = authInfo
  breakOffInTime(res, mustEnd)
  if (session !== undefined) bindSession(req, res, session)
  if (listView === undefined) return
  req.headers['accept-encoding'] = 'identity' // what is compressed cannot be read on its way
  rewriteAnswer(res, listView)
}

/** Sends what needs no MCP server, and frees the connection. */
export async function answerExchange(response: Response, { req, res }: Exchange): Promise<void> {
  await sendResponse(response, res)
  if (!req.complete) discardRest(req)
}

/** All three, for what is called back: within the turn in which the request came where that can be, so that what comes behind sees its body arrive. */
export function guardExchange(
  guard: Guard,
  exchange: Exchange,
  then: { letIn: (admitted: Admitted) => void; fail: (cause: unknown) => void },
): void {
  function goOn(admission: Admission): Promise<void> | undefined {
    if (admission instanceof Response) return answerExchange(admission, exchange)
    letIn(admission, exchange)
    then.letIn(admission)
    return undefined
  }

  try {
    const admission = admitExchange(guard, exchange)
    const done = admission instanceof Promise ? admission.then(goOn) : goOn(admission)
    done?.catch(then.fail)
  } catch (cause) {
    then.fail(cause)
  }
}
