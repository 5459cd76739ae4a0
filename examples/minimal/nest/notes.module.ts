import type { IncomingMessage, ServerResponse } from 'node:http'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { All, type CanActivate, Controller, Module, Req, Res } from '@nestjs/common'
import { APP_GUARD } from '@nestjs/core'
import { createNotes } from '../notes.ts'

/** On Express these are of `node:http` themselves, on Fastify they have them in `raw`. */
type Of<Message> = Message & { raw?: Message; body?: unknown }

const mcp = toNodeHandler(createMcpHandler(createNotes))

@Controller()
class NotesController {
  @All('mcp')
  mcp(@Req() req: Of<IncomingMessage>, @Res() res: Of<ServerResponse> & { hijack?(): void }) {
    res.hijack?.()
    return mcp(req.raw ?? req, res.raw ?? res, req.body)
  }

  @All('mcp-health')
  health() {
    return 'ok'
  }
}

/** A guard of the application's own, as it has one: it never sees what Portcullis answers. */
const nobody: CanActivate = {
  canActivate: (context) => context.getHandler().name === 'health' || context.switchToHttp().getRequest().method !== '',
}

@Module({ controllers: [NotesController], providers: [{ provide: APP_GUARD, useValue: nobody }] })
export class NotesModule {}
