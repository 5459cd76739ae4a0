import type { Mutant } from './mutant.ts'

const folder = 'packages/auth/src/authorization-server'
const choice = `${folder}/interaction/scope-choice.ts`
const choiceTest = 'packages/auth/test/scope-choice.test.ts'
const identityTest = 'packages/auth/test/client-identity.test.ts'
const deviceTest = 'packages/auth/test/device-authorization.test.ts'

/** What a person leaves of what a client asks, and what they are told of it. */
export const consentMutants: readonly Mutant[] = [
  {
    name: 'nothing can be ticked that was not asked for',
    law: 'law 3',
    file: choice,
    find: 'if (fields.get(name) !== token) throw',
    replace: 'if (fields.get(name) !== token && token === undefined) throw',
    test: { file: choiceTest, title: /a form that allows a scope that was not asked for/ },
  },
  {
    name: 'what is not ticked is not granted',
    law: 'law 3',
    file: choice,
    find: 'field === undefined || posted.has(field) ? [token] : []',
    replace: '[token]',
    test: { file: choiceTest, title: /what a person unticks is not granted/ },
  },
  {
    name: 'with nothing ticked nothing is granted',
    law: 'law 3',
    file: choice,
    find: 'chosen.length > 0 ? chosen : undefined',
    replace: 'chosen.length > 0 ? chosen : scope',
    test: { file: choiceTest, title: /with nothing ticked nothing is granted/ },
  },
  {
    name: 'who a person is gives no access to the resource by itself, where that was unticked',
    law: 'law 3',
    file: choice,
    find: 'isAnyOfResource(chosen) === isAnyOfResource(scope) && ',
    replace: '',
    test: { file: choiceTest, title: /it alone is no access to the resource/ },
  },
  {
    name: 'what is ticked counts with the word that it is all',
    law: 'law 3',
    file: choice,
    find: 'if (choice === undefined && ticked.length === 0) return scope',
    replace: 'if (choice === undefined) return scope',
    test: { file: choiceTest, title: /without saying that it is all/ },
  },
  {
    name: 'a client ticks nothing for the person',
    law: 'law 3',
    file: `${folder}/interaction/show-consent.ts`,
    find: ' && !isOfChoice(name)',
    replace: '',
    test: { file: choiceTest, title: /a client cannot tick for the person/ },
  },
  {
    name: 'what is unticked is not remembered any more',
    law: 'law 3',
    file: `${folder}/consents/remembered-consent.ts`,
    find: 'until > now() && !answered.has(token)',
    replace: 'until > now() && !request.scope.includes(token)',
    test: { file: choiceTest, title: /unticking takes back what was allowed before$/ },
  },
  {
    name: 'what is unticked is not remembered any more, although the answer itself is not',
    law: 'law 3',
    file: `${folder}/grants/start-grant.ts`,
    find: ': forgettingChanges(request, subject, unticked, options)',
    replace: ': []',
    test: { file: choiceTest, title: /where the host has people asked each time now/ },
  },
  {
    name: 'a device gets no more than was ticked',
    law: 'law 3',
    file: `${folder}/endpoints/device.ts`,
    find: '{ ...entry.value, scope: chosen }',
    replace: '{ ...entry.value }',
    test: { file: deviceTest, title: /what a person unticks is not granted to a device/ },
  },
  {
    name: 'the page of a device comes again with the code of that device alone',
    law: 'law 3',
    file: `${folder}/endpoints/device.ts`,
    find: '!(await deviceRequestIds(userCode, derivedKeys)).includes(entry.id)',
    replace: 'userCode.length === 0',
    test: { file: deviceTest, title: /with nothing ticked a device gets nothing/ },
  },
  {
    name: 'a name like that of a known vendor is warned of where it is not theirs',
    law: 'P-03',
    file: `${folder}/clients/client-identity.ts`,
    find: 'read.length === 0 || ',
    replace: 'read.length > 0 || ',
    test: { file: identityTest, title: /calls itself Claude, and has the answer sent elsewhere/ },
  },
  {
    name: 'a name in letters that look alike is warned of like the name itself',
    law: 'P-03',
    file: `${folder}/clients/look-alike.ts`,
    find: 'alike.get(letter) ?? letter',
    replace: 'letter',
    test: { file: identityTest, title: /calls itself Сlaude, and has the answer sent elsewhere/ },
  },
  {
    name: 'a document says whose a client is, and not where the client has its answers sent',
    law: 'P-03',
    file: `${folder}/clients/client-identity.ts`,
    find: 'document === undefined ? ofDestination : ofDocument',
    replace: 'ofDestination ?? ofDocument ?? document',
    test: { file: identityTest, title: /somebody else’s host describes/ },
  },
]
