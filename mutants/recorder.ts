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
    find: '    path: clip(path),',
    replace: "    path: clip(req.url ?? '/'),",
    test: { file: end, title: /nothing secret stands in/ },
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
    find: '[...open.values()].find(isLight)?.id ?? oldest',
    replace: 'oldest',
    test: { file: placeTest, title: /is bounded/ },
  },
  {
    name: 'whoever knocks pushes no person out of what is kept',
    law: 'law 11',
    file: `${recorder}/keeper.ts`,
    find: 'ids.push({ id: attempt.id, isLight: isLight(attempt) })',
    replace: 'ids.push({ id: attempt.id, isLight: false })',
    test: { file: `${recorder}/keeper.test.ts`, title: /pushes out no attempt of a person/ },
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
