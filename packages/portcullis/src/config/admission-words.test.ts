import assert from 'node:assert/strict'
import { test } from 'node:test'
import { admittedBy } from './admission-words.ts'

type Rules = Parameters<typeof admittedBy>[0]

const none = { domains: [], emails: [], subjects: [], groups: [], claims: {}, anybody: false }
const cases: readonly [Partial<Rules>, string][] = [
  [{}, 'whoever has an account there'],
  [{ hostedDomains: ['corp.example'] }, 'whoever has an account there, of the Workspace domain corp.example'],
  [{ organisations: ['corp', 'lab'] }, 'whoever has an account there, of the organisation corp or lab'],
  [{ tenants: ['t-1'] }, 'whoever has an account there, of the tenant t-1'],
  [
    { allow: { ...none, domains: ['corp.example'], subjects: ['7'], groups: ['staff'] } },
    'people of corp.example or 7, in "staff"',
  ],
  [{ allow: { ...none, emails: ['a@b.c', 'd@e.f', 'g@h.i', 'j@k.l'] } }, '4 people by name'],
  [
    { allow: { ...none, anybody: true }, newAccounts: 'invited' },
    'whoever has an account there; for the first time with an invitation alone',
  ],
]

test('who may come in is said with all that keeps people out, whatever preset it is of', () => {
  const any: Rules = { tenants: [], hostedDomains: [], organisations: [], newAccounts: 'allowed' }

  for (const [rules, words] of cases) assert.equal(admittedBy({ ...any, ...rules }), words)
})
