import type { Mutant } from './mutant.ts'

const traceTest = 'scripts/trace-requirements.test.ts'

/** What `npm run trace` must not let by: a page that promises what no test proves. */
export const traceMutants: readonly Mutant[] = [
  {
    name: 'what a server owes is done or somebody else’s, never later',
    law: 'trace',
    file: 'scripts/trace-requirements.ts',
    find: "state === 'later' && !id.startsWith('C-')",
    replace: "state === 'later' && id.startsWith('RS-')",
    test: { file: traceTest, title: /trace refuses AS-02 as later/ },
  },
  {
    name: 'what is done has a test that says so',
    law: 'trace',
    file: 'scripts/trace-requirements.ts',
    find: 'testsOf(id, titles).length === 0',
    replace: 'titles.length === 0',
    test: { file: traceTest, title: /and nowhere else/ },
  },
  {
    name: 'the threat model names its tests, not any',
    law: 'trace',
    file: 'scripts/trace-threats.ts',
    find: '.size > 2)',
    replace: '.size > 2000)',
    test: { file: 'scripts/trace-threats.test.ts', title: /with words that fit any/ },
  },
]
