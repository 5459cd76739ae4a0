import type { Mutant } from './mutant.ts'

const recorder = 'packages/portcullis/src/recorder'
const end = 'packages/portcullis/test/attempts.test.ts'
const placeTest = `${recorder}/place.test.ts`
const evidenceTest = `${recorder}/evidence.test.ts`

/** The flight recorder: what it keeps, and what it lets nobody do. */
export const recorderMutants: readonly Mutant[] = [
  {
    name: 'the flight recorder keeps no query',
    law: 'law 11',
    file: `${recorder}/watched-request.ts`,
    find: '    path: written(path),',
    replace: "    path: clip(req.url ?? '/'),",
    test: { file: end, title: /nothing secret stands in/ },
  },
  {
    name: 'a token in an address or a name is not kept by the flight recorder',
    law: 'law 11',
    file: `${recorder}/watched-request.ts`,
    find: 'return clip(redactText(text))',
    replace: 'return clip(text)',
    test: { file: end, title: /whatever a client puts where it does not belong/ },
  },
  {
    name: 'an evidence file shows no host without a scheme',
    law: 'law 11',
    file: `${recorder}/pseudonyms.ts`,
    find: 'return toldBySteps.has(name) ? withoutHosts(rest, names) : rest',
    replace: 'return rest',
    test: { file: evidenceTest, title: /that something else than an address names/ },
  },
  {
    name: 'an evidence file names nobody by itself',
    law: 'law 11',
    file: `${recorder}/evidence.ts`,
    find: 'namesEverybody ? evidence :',
    replace: 'true ? evidence :',
    test: { file: evidenceTest, title: /no address, no person, no host/ },
  },
  {
    name: 'an evidence file shows no address in a text',
    law: 'law 11',
    file: `${recorder}/pseudonyms.ts`,
    find: 'isIP(found) === 0 || isLoopback(found) ? found',
    replace: 'true ? found',
    test: { file: evidenceTest, title: /no address, no person, no host/ },
  },
  {
    name: 'what is done under a grant joins by the grant alone',
    law: 'law 11',
    file: `${recorder}/place.ts`,
    find: "  if (grantId !== undefined && seen.side === 'client') return begins(seen)\n",
    replace: '',
    test: { file: placeTest, title: /joins no attempt of the same client/ },
  },
  {
    name: 'clients that pose as many at one address make few attempts',
    law: 'law 11',
    file: `${recorder}/open-attempts.ts`,
    find: 'near.length >= mostOfNetwork',
    replace: 'false',
    test: { file: placeTest, title: /is bounded/ },
  },
  {
    name: 'whoever knocks pushes no person out of what is under way',
    law: 'law 11',
    file: `${recorder}/open-attempts.ts`,
    find: 'const [least] = leastFirst([...open.values()])',
    replace: 'const [least] = [...open.values()]',
    test: { file: placeTest, title: /is bounded/ },
  },
  {
    name: 'whoever knocks pushes no person out of what is kept',
    law: 'law 11',
    file: `${recorder}/keeper.ts`,
    find: 'const going = leastFirst(all.reverse())',
    replace: 'const going = all.reverse()',
    test: { file: `${recorder}/keeper.test.ts`, title: /pushes out no attempt of a person/ },
  },
  {
    name: 'whoever sends browsers without end makes few attempts',
    law: 'law 11',
    file: `${recorder}/open-attempts.ts`,
    find: "(placed.to === 'new' && isOneTooMany(seen, latestFirst))",
    replace: 'false',
    test: { file: placeTest, title: /sends browsers without end/ },
  },
  {
    name: 'browsers that anybody can send push out nobody who signed in',
    law: 'law 11',
    file: `${recorder}/open-attempts.ts`,
    find: '  if (subject !== undefined) return 2\n',
    replace: '',
    test: { file: `${recorder}/keeper.test.ts`, title: /push out no attempt of a person who signed in/ },
  },
  {
    name: 'whose name is typed is not who signed in',
    law: 'law 11',
    file: `${recorder}/watched-request.ts`,
    find: "!isAttempted && 'accountId' in event",
    replace: "'accountId' in event",
    test: { file: end, title: /whose name somebody typed/ },
  },
  {
    name: 'what others named writes over no terminal as JSON',
    law: 'law 11',
    file: 'packages/portcullis/src/commands/output.ts',
    find: '.replace(/[\\u007f-\\u009f\\p{Cf}]/gu, escaped)',
    replace: '',
    test: { file: 'packages/portcullis/src/commands/output.test.ts', title: /writes over no terminal/ },
  },
  {
    name: 'what clients call themselves writes over no terminal',
    law: 'law 11',
    file: 'packages/portcullis/src/commands/attempt-text.ts',
    find: 'lines.map(printable)',
    replace: 'lines',
    test: { file: 'packages/portcullis/src/commands/attempt-text.test.ts', title: /writes over no terminal/ },
  },
]
