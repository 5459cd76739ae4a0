import type { Mutant } from './mutant.ts'

const folder = 'packages/portcullis/src/init'
const places = 'packages/portcullis/test/init-places.test.ts'
const command = 'packages/portcullis/test/init.test.ts'

/** `portcullis init`: what it leaves unguarded by a guess is open, and it writes where it was told to alone. */
export const initMutants: readonly Mutant[] = [
  {
    name: 'the name of a file is no command of whoever pastes what init says',
    law: 'hostile servers',
    file: `${folder}/shell-word.ts`,
    find: '/["$`\\\\!%]/.test(text) ? singleQuoted(text) :',
    replace: '',
    test: { file: command, title: /pasted for a file of any name: \$\(id\)/ },
  },
  {
    name: 'a path within a plugin is none of the application',
    law: 'law 2',
    file: `${folder}/endpoint-path.ts`,
    find: ' || isShadowed(chained, within)) return []',
    replace: ') return []',
    test: { file: places, title: /Fastify, in a plugin/ },
  },
  {
    name: 'a path below a base path is not taken as it is written',
    law: 'law 2',
    file: `${folder}/endpoint-path.ts`,
    find: 'if (prefix !== undefined)',
    replace: 'if (prefix !== undefined && false)',
    test: { file: places, title: /Hono, below a base path in a chain/ },
  },
  {
    name: 'a router at a path of its own is none at the root',
    law: 'law 2',
    file: `${folder}/endpoint-path.ts`,
    find: "stringIn(first) === '/' ? second : first",
    replace: 'stringIn(first) !== undefined ? second : first',
    test: { file: places, title: /Express, in a router below a path/ },
  },
  {
    name: 'an application that another file mounts is not at the path that it is written with',
    law: 'law 2',
    file: `${folder}/recipes/middleware.ts`,
    find: 'mounted === undefined',
    replace: 'true',
    test: { file: places, title: /that another file puts below a path/ },
  },
  {
    name: 'of two paths none is chosen',
    law: 'law 2',
    file: `${folder}/endpoint-path.ts`,
    find: 'if (second !== undefined) return',
    replace: 'if (false) return',
    test: { file: places, title: /two paths/ },
  },
  {
    name: 'a resource at another path than the server is refused',
    law: 'law 2',
    file: `${folder}/examine.ts`,
    find: ' && !isBelow(found.path, pathname))',
    replace: ' && false)',
    test: { file: places, title: /a path of --resource that is not the one in the code/ },
  },
  {
    name: 'the older transport of the same server is guarded too',
    law: 'law 2',
    file: `${folder}/examine.ts`,
    find: 'alsoServedAt: (found?.further ?? []).map((each) => origin + each)',
    replace: 'alsoServedAt: [...origin].slice(origin.length)',
    test: { file: places, title: /the older transport is guarded too/ },
  },
  {
    name: 'no second guard is put beside one that is there',
    law: 'law 1',
    file: `${folder}/find-server.ts`,
    find: 'return guardedBy(candidate.source, candidate.found) ??',
    replace: 'return',
    test: { file: places, title: /requireBearerAuth of the official SDK/ },
  },
  {
    name: 'what the guard fails at reaches no listener',
    law: 'law 1',
    file: `${folder}/recipes/node.ts`,
    find: 'if (error) return void',
    replace: 'if (!error) return void',
    test: { file: places, title: /a text of several lines within a listener/ },
  },
  {
    name: 'init writes through no link',
    law: 'law 8',
    file: `${folder}/write-changes.ts`,
    find: 'if (!isInside || realpathSync(place) !== place || isLink(file))',
    replace: 'if (isLink(file))',
    test: { file: command, title: /through a folder that is a link/ },
  },
  {
    name: 'a file that is a link is none of the project',
    law: 'law 8',
    file: `${folder}/write-changes.ts`,
    find: ' || isLink(file))',
    replace: ')',
    test: { file: command, title: /follows no link out of the folder/ },
  },
  {
    name: 'a URL is data in what is written',
    law: 'law 1',
    file: `${folder}/lines.ts`,
    find: 'return /[\'"\\\\]/.test(text) ? JSON.stringify(text) : `${quote}${text}${quote}`',
    replace: 'return `${quote}${text}${quote}`',
    test: { file: command, title: /ends no string and begins no code/ },
  },
]
