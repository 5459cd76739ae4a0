import type { Mutant } from './mutant.ts'

const folder = 'packages/doctor/src'
const evidence = `${folder}/evidence`
const sendTest = `${evidence}/send.test.ts`

export const doctorMutants: readonly Mutant[] = [
  {
    name: 'the doctor asks no special-use address from a public URL',
    law: 'law 8',
    file: `${evidence}/resolution.ts`,
    find: 'const allowed = all.filter(isAllowed)',
    replace: 'const allowed = all.filter(() => isAllowed !== undefined)',
    test: { file: sendTest, title: /law 8: from a public URL no name and no address leads inside/ },
  },
  {
    name: 'the doctor never asks where machines keep their credentials',
    law: 'law 8',
    file: `${evidence}/address-guard.ts`,
    find: "open.delete('instance_metadata')",
    replace: '',
    test: { file: `${evidence}/address-guard.test.ts`, title: /law 8: where machines keep their credentials/ },
  },
  {
    name: 'an IPv4 address within an IPv6 address is judged as what it is',
    law: 'law 8',
    file: `${evidence}/address-guard.ts`,
    find: 'if (embedded !== undefined)',
    replace: 'if (false)',
    test: { file: `${evidence}/address-guard.test.ts`, title: /64:ff9b::7f00:1 is loopback/ },
  },
  {
    name: 'the doctor resolves a name once in a run',
    law: 'law 8',
    file: `${evidence}/resolution.ts`,
    find: 'let addresses = known.get(bare)',
    replace: 'let addresses = known.get(`${bare} `)',
    test: { file: `${evidence}/resolution.test.ts`, title: /law 8: a name is resolved once/ },
  },
  {
    name: 'the doctor asks over https and http alone',
    law: 'law 8',
    file: `${evidence}/send.ts`,
    find: "if (protocol !== 'https:' && protocol !== 'http:')",
    replace: 'if (false)',
    test: { file: sendTest, title: /ftp:\/\/mcp.example\/ is not asked/ },
  },
  {
    name: 'the doctor unpacks no more than it reads',
    law: 'hostile servers',
    file: `${evidence}/read-body.ts`,
    find: 'length > longestBody ||',
    replace: '',
    test: { file: sendTest, title: /packed bodies are unpacked/ },
  },
  {
    name: 'the doctor waits for no answer beyond its time',
    law: 'hostile servers',
    file: `${evidence}/transmit.ts`,
    find: 'giveUp(`${timeout / 1000} seconds went by`), timeout)',
    replace: 'giveUp(`${timeout / 1000} seconds went by`), timeout * 1000)',
    test: { file: sendTest, title: /only informs, a drop at a time/ },
  },
  {
    name: 'nothing secret of the typed URL is in what the doctor keeps',
    law: 'law 11',
    file: `${evidence}/send.ts`,
    find: 'body: hide(answer.body)',
    replace: 'body: answer.body',
    test: { file: sendTest, title: /what is secret in the URL that was typed/ },
  },
  {
    name: 'no cookie is in what the doctor keeps',
    law: 'law 11',
    file: `${evidence}/redaction.ts`,
    find: "if (name === 'set-cookie')",
    replace: 'if (false)',
    test: { file: `${evidence}/redaction.test.ts`, title: /of a cookie its name/ },
  },
  {
    name: 'no token is in what the doctor keeps',
    law: 'law 11',
    file: `${evidence}/redaction.ts`,
    find: 'body: redactText(answer.body)',
    replace: 'body: answer.body',
    test: { file: `${evidence}/redaction.test.ts`, title: /"access_token":"abc"/ },
  },
  {
    name: 'the doctor registers no client',
    law: 'nothing is created',
    file: `${folder}/probes/post-routes.ts`,
    find: "return endpointRequest('GET', url)",
    replace: "return endpointRequest('POST', url)",
    test: { file: `${folder}/diagnose.test.ts`, title: /nothing is created/ },
  },
]
