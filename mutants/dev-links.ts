import type { Mutant } from './mutant.ts'

const links = 'packages/auth/src/dev-links/dev-links.ts'
const config = 'packages/auth/src/dev-links/config.ts'
const file = 'packages/auth/src/dev-links/dev-links.test.ts'

/** Links that let somebody in without signing in: on this machine alone, for hours, and not after they were taken back. */
export const devLinkMutants: readonly Mutant[] = [
  {
    name: 'a public URL refuses to have dev links',
    law: 'law 10',
    file: config,
    find: 'if (!isLoopbackHost(new URL(resource).hostname))',
    replace: 'if (false)',
    test: { file, title: /a server with a public URL refuses/ },
  },
  {
    name: 'a dev link lives eight hours at most',
    law: 'law 10',
    file: config,
    find: ' || lifetime > longest)',
    replace: ')',
    test: { file, title: /eight hours at most/ },
  },
  {
    name: 'a dev link counts on this machine alone',
    law: 'law 10',
    file: links,
    find: "if (why !== undefined) return refusal(403, 'access_denied', words[why])",
    replace: '',
    test: { file, title: /each of its conditions alone/ },
  },
  {
    name: 'a dev link that is over by our clock does not count, whatever the store says',
    law: 'law 10',
    file: links,
    find: ' && (entry.expiresAt ?? 0) > now()',
    replace: '',
    test: { file, title: /a store whose clock is slow/ },
  },
  {
    name: 'a dev link of somebody who may not use the server does not count',
    law: 'law 10',
    file: links,
    find: ' || !(await isActive(entry.value.subject))',
    replace: '',
    test: { file, title: /whoever may not use the server any more/ },
  },
  {
    name: 'nobody takes back the dev link of another',
    law: 'law 10',
    file: links,
    find: ' || entry.value.subject !== subject',
    replace: '',
    test: { file, title: /nobody takes back another’s/ },
  },
  {
    name: 'a dev link is stored as a hash',
    law: 'law 11',
    file: links,
    find: 'const id = await sha256(secret)',
    replace: 'const id = secret',
    test: { file, title: /nothing that is stored, listed or refused makes a link/ },
  },
  {
    name: 'a dev link is masked in logs',
    law: 'law 11',
    file: 'packages/auth/src/dev-links/redact.ts',
    find: "'$1[redacted]'",
    replace: "'$&'",
    test: { file, title: /nothing that is stored, listed or refused makes a link/ },
  },
  {
    name: 'a header that is repeated is not read as one of the two',
    law: 'law 10',
    file: links,
    find: "before === undefined ? (rawHeaders[index + 1] ?? '') : `${before}, ${rawHeaders[index + 1]}`",
    replace: "rawHeaders[index + 1] ?? ''",
    test: { file, title: /each of its conditions alone/ },
  },
]
