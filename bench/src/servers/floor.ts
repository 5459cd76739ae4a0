import { createServer } from 'node:http'
import { listen } from './listening.ts'
import { answerCall } from './mcp-answer.ts'

/** The floor: no check at all. */
listen(createServer(answerCall))
