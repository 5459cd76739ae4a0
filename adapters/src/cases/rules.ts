import type { Case, Expected } from '../case.ts'
import { answered, insufficient } from '../expectations.ts'
import { call, ofMcp, whoami } from '../messages.ts'
import { metadataUrl, scope } from '../place.ts'

const chatGpt = ['User-Agent', 'openai-mcp/1.0.0'] as const
const ask = (method: string, params: object, id = 1) => ({ jsonrpc: '2.0', id, method, params })
const secret = (id?: number) => ask('prompts/get', { name: 'secret-plan' }, id)

const denied = { code: -32003, message: 'The prompt "secret-plan" needs the role "admin"' }
const notDone = { code: -32003, message: 'Nothing of this batch was done, because of another call in it' }
const more = 'This needs the scope notes:delete'
const challenge = `Bearer error="insufficient_scope", error_description="${more}", resource_metadata="${metadataUrl}", scope="notes:delete ${scope}"`
const told = {
  content: [{ type: 'text', text: more }],
  isError: true,
  _meta: { 'mcp/www_authenticate': [challenge] },
}
const list = ask('tools/list', {})

interface Ruled {
  body: object
  /** Whether ChatGPT sends it. */
  isChatGpt?: true
  claims?: Record<string, unknown>
  expected: Expected
}

const ruled: Readonly<Record<string, Ruled>> = {
  'what a rule denies': { body: secret(), expected: answered({ jsonrpc: '2.0', id: 1, error: denied }) },
  'what a rule denies, to ChatGPT': {
    body: secret(),
    isChatGpt: true,
    expected: answered({ jsonrpc: '2.0', id: 1, error: denied }),
  },
  'what a rule denies, to somebody with another role': {
    body: secret(),
    claims: { roles: ['reader'] },
    expected: answered({ jsonrpc: '2.0', id: 1, error: denied }),
  },
  'a batch of which a rule denies one': {
    body: [call('whoami', 1), secret(2)],
    expected: answered([
      { jsonrpc: '2.0', id: 1, error: notDone },
      { jsonrpc: '2.0', id: 2, error: denied },
    ]),
  },
  'what a rule denies and scopes are missing for': {
    body: [call('delete-notes', 1), secret(2)],
    expected: answered([
      { jsonrpc: '2.0', id: 1, error: notDone },
      { jsonrpc: '2.0', id: 2, error: denied },
    ]),
  },
  'a call that needs more, of ChatGPT': {
    body: call('delete-notes', 'a'),
    isChatGpt: true,
    expected: answered({ jsonrpc: '2.0', id: 'a', result: told }),
  },
  'a batch that needs more, of ChatGPT': {
    body: [call('delete-notes', 1), call('whoami', 2)],
    isChatGpt: true,
    expected: answered([
      { jsonrpc: '2.0', id: 1, result: told },
      { jsonrpc: '2.0', id: 2, result: told },
    ]),
  },
  'a notification that needs more, of ChatGPT': {
    body: { jsonrpc: '2.0', method: 'tools/call', params: { name: 'delete-notes' } },
    isChatGpt: true,
    expected: insufficient('notes:delete', `notes:delete ${scope}`),
  },
  'a call that needs no more, of ChatGPT': { body: call('whoami'), isChatGpt: true, expected: whoami() },
  'a list, for somebody who may less': {
    body: list,
    expected: { status: 200, holds: ['"whoami"'], lacks: ['"delete-notes"', 'securitySchemes'] },
  },
  'a list, for somebody who may all': {
    body: list,
    claims: { scope: `${scope} notes:delete` },
    expected: { status: 200, holds: ['"whoami"', '"delete-notes"'], lacks: ['securitySchemes'] },
  },
  'a list, for ChatGPT': {
    body: list,
    isChatGpt: true,
    claims: { scope: `${scope} notes:delete` },
    expected: {
      status: 200,
      holds: [`"securitySchemes":[{"type":"oauth2","scopes":["${scope}","notes:delete"]}]`],
    },
  },
}

export const ruleCases: readonly Case[] = Object.entries(ruled).map(
  ([name, { body, isChatGpt = false, claims = {}, expected }]) => ({
    name,
    group: 'rules',
    sent: (issuer) => ({
      method: 'POST',
      target: '/mcp',
      headers: [
        ['Authorization', `Bearer ${issuer.token({ scope, ...claims })}`],
        ...ofMcp,
        ...(isChatGpt ? [chatGpt] : []),
      ],
      body: JSON.stringify(body),
    }),
    expected: () => expected,
  }),
)
