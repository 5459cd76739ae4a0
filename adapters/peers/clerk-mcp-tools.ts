import { mcpAuth, protectedResourceHandler, streamableHttpHandler } from '@clerk/mcp-tools/express'
import express from 'express'
import { createNotes } from './mcp/sdk-1.ts'
import { issuer, port } from './settings.ts'
import { verifyJwt } from './verify-jwt.ts'

const app = express()
app.use(express.json())
app.get('/.well-known/oauth-protected-resource', protectedResourceHandler({ authServerUrl: issuer }))
app.get('/.well-known/oauth-protected-resource/mcp', protectedResourceHandler({ authServerUrl: issuer }))
app.post(
  '/mcp',
  await mcpAuth((token) => verifyJwt(token).catch(() => undefined)),
  streamableHttpHandler(createNotes()),
)
app.listen(port)
