import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/express'
import express from 'express'
import { handleMcp } from '../notes-sdk-1.ts'
import { issuer, port, resource } from '../settings.ts'

const server = createResourceServer({ resource, authorizationServers: [issuer], scopes: ['notes:read'] })

const app = express()
app.use(protect(server, { scope: ['notes:read'] }))
app.use(express.json())
app.post('/mcp', handleMcp)
app.listen(port)
