import { createServer } from 'node:http'
import { requireBearerAuth } from '@modelcontextprotocol/express'
import express from 'express'
import { createAuthInfoVerifier } from './auth-info-verifier.ts'
import { listen } from './listening.ts'
import { answerCall } from './mcp-answer.ts'
import { type ResourceSettings, readSettings } from './settings.ts'

/** `requireBearerAuth` of the official SDK 2.x for Express, with jose behind it. */
const settings = readSettings<ResourceSettings>()
const verifier = createAuthInfoVerifier(settings)
const app = express()
app.post('/mcp', requireBearerAuth({ verifier, requiredScopes: [settings.scope] }), answerCall)
listen(createServer(app))
