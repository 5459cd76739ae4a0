import { createServer } from 'node:http'
import express from 'express'
import { listen } from './listening.ts'
import { answerCall } from './mcp-answer.ts'

/** The floor under the peers that need Express: no check at all. */
const app = express()
app.post('/mcp', answerCall)
listen(createServer(app))
