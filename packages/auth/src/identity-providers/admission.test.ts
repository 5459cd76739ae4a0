import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdmissionRules, admit } from './admission.ts'
import type { Identity } from './identity.ts'

const ada: Identity = {
  identityProvider: 'corp',
  issuer: 'https://id.corp.example',
  subject: 'a-1',
  authTime: 1_000,
  isAuthTimeProved: true,
  email: { address: 'Ada@Corp.example', isVerified: true },
  groups: ['engineering', 'mcp users'],
  claims: { department: 'R&D', roles: ['reader', 'writer'], level: 3, acr: undefined },
}

const admitted: [string, AdmissionRules, Partial<Identity>?][] = [
  ['anybody', { anybody: true }],
  ['the domain of a verified address, whatever its capitals', { domains: ['corp.example'] }],
  ['a domain below', { domains: ['*.example'] }],
  [
    'the domain that the identity provider vouches for',
    { domains: ['corp.example'] },
    { email: { address: 'ada@home.example', isVerified: true }, hostedDomain: 'corp.example' },
  ],
  ['the verified address', { emails: ['ada@corp.example'] }],
  ['the subject, whatever the domain', { domains: ['other.example'], subjects: ['a-1'] }],
  ['one of the groups', { groups: ['sales', 'mcp users'] }],
  ['a claim', { claims: { department: 'R&D' } }],
  ['one item of a claim that is a list', { claims: { roles: ['admin', 'writer'] } }],
  ['a claim that is a number', { claims: { level: '3' } }],
  ['domain, group and claim together', { domains: ['corp.example'], groups: ['engineering'], claims: { level: '3' } }],
]
for (const [what, rules, other] of admitted)
  test(`a person is admitted by ${what}`, () => {
    assert.deepEqual(admit({ ...ada, ...other }, rules), { isAdmitted: true })
  })

test('where not all groups are known, a rule about them keeps people out and says so', () => {
  const incomplete = { ...ada, groupsIncomplete: 'Google tells no groups' }

  assert.deepEqual(admit(incomplete, { groups: ['engineering'] }), { isAdmitted: true })
  assert.deepEqual(admit(incomplete, { groups: ['sales'] }), {
    isAdmitted: false,
    rule: 'Only people in the group "sales" may come in. Not all groups are known: Google tells no groups.',
    isUncertain: true,
  })
})

const kept: [string, AdmissionRules, RegExp, Partial<Identity>?][] = [
  ['no rule at all', {}, /No rule/],
  ['lists that are empty', { domains: [], groups: [], claims: {} }, /No rule/],
  ['another domain', { domains: ['other.example'] }, /of other\.example may come in/],
  ['a domain that merely ends alike', { domains: ['orp.example'] }, /of orp\.example/],
  ['the domain above of a wildcard', { domains: ['*.corp.example'] }, /of \*\.corp\.example/],
  [
    'a domain, the address being unverified',
    { domains: ['corp.example'] },
    /not verified/,
    { email: { address: 'ada@corp.example', isVerified: false } },
  ],
  [
    'a list of addresses, the address being unverified',
    { emails: ['ada@corp.example'] },
    /not verified/,
    { email: { address: 'ada@corp.example', isVerified: false } },
  ],
  [
    'a domain, the claim "hd" being of an identity provider that vouches for none',
    { domains: ['corp.example'] },
    /of corp/,
    { email: { address: 'a@x.example', isVerified: true }, claims: { hd: 'corp.example' } },
  ],
  [
    'a domain, the address having two signs',
    { domains: ['corp.example'] },
    /of corp/,
    { email: { address: '"a@corp.example"@evil.example', isVerified: true } },
  ],
  [
    'a domain, which stands behind a second sign',
    { domains: ['corp.example'] },
    /of corp/,
    { email: { address: 'eve@evil.example@corp.example', isVerified: true } },
  ],
  [
    'a domain, the address having a line end',
    { domains: ['corp.example'] },
    /of corp/,
    { email: { address: 'eve@evil.example\n@corp.example', isVerified: true } },
  ],
  ['subjects', { subjects: ['A-1'] }, /on a list/],
  ['one group', { groups: ['sales'] }, /in the group "sales"/],
  ['groups', { groups: ['sales', 'Engineering'] }, /one of the groups "sales", "Engineering"/],
  [
    'the group, although the address is on the list',
    { emails: ['ada@corp.example'], groups: ['sales'] },
    /group "sales"/,
  ],
  ['a claim with another value', { claims: { department: 'R' } }, /"department"/],
  ['one claim of two', { claims: { department: 'R&D', level: '4' } }, /"level"/],
  ['a claim that is not there', { claims: { toString: 'x' } }, /"toString"/],
  ['a claim without values', { claims: { department: [] } }, /"department"/],
]
for (const [what, rules, rule, other] of kept)
  test(`a person is kept out by ${what}, which is told in words`, () => {
    const outcome = admit({ ...ada, ...other }, rules)

    assert.equal(outcome.isAdmitted, false)
    assert.match(outcome.isAdmitted ? '' : outcome.rule, rule)
  })
