import { shellWord } from '../shell-word.ts'
import type { About } from './steps.ts'

/** Where a sign-in server cannot do what clients need: another one between it and them. */
export function gatewayStep({ target }: About): string {
  return `Or put Portcullis in front of the MCP server: it registers clients, checks PKCE and signs people in by itself: portcullis serve --upstream http://localhost:3000/mcp --public-url ${shellWord(target)} (--upstream: where your server listens).`
}

/** Where clients cannot register: somebody enters them. */
export function byHandStep(name: string): string {
  return `Or enter each client by hand at ${name}, and give people its client_id for the field that some clients have for it (Claude: Advanced settings of the connector); the others stay outside.`
}
