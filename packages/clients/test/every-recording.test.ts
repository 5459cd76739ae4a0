import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readProfiles, recordingsFolder } from '../../../scripts/clients/profile-files.ts'
import { type Recording, readRecordings } from '../../../scripts/clients/recording.ts'
import { authorizationQuery, documentAt, headerOf, pathOf, registeredMetadata } from '../../../scripts/clients/steps.ts'
import type { ClientProfile } from '../src/index.ts'

/** What is derived comes from a scene or two each: here every recording of a program is held against its profile. */
const programs = ['claude-code', 'codex', 'mcp-remote']
const profiles = new Map(readProfiles().map((profile) => [profile.id, profile]))
const recordings = readRecordings(recordingsFolder).filter(({ client }) => programs.includes(client))

const signingIn: readonly (readonly [title: string, holds: (seen: Recording, profile: ClientProfile) => void])[] = [
  [
    'registers as its profile says',
    (seen, { registration }) => {
      const body = registeredMetadata(seen)
      if (body === undefined) return
      const { scope: _, redirect_uris: uris, token_endpoint_auth_method: method, ...rest } = body
      const known = registration?.body?.value ?? {}
      const expected = Object.entries(known).filter(
        ([name]) => !['scope', 'redirect_uris', 'token_endpoint_auth_method'].includes(name),
      )
      const filled = JSON.stringify(Object.fromEntries(expected))
        .replace('{version}', seen.version)
        .replace('{server}', 'rec')
      const redirectUris = [registration?.redirectUris, registration?.redirectUrisWithoutIss].flatMap(
        (fact) => fact?.value ?? [],
      )
      assert.deepEqual(rest, JSON.parse(filled))
      for (const uri of uris as string[])
        assert.ok(
          redirectUris.some((known) => fits(uri, known)),
          uri,
        )
      if (method !== 'none') assert.equal(registration?.withoutNone?.value, 'listed')
    },
  ],
  [
    'sends state, and resource where it has metadata, as its profile says',
    (seen, { authorization }) => {
      const query = authorizationQuery(seen)
      if (query === undefined) return
      assert.equal(query.has('state'), authorization?.sendsState?.value)
      const hasMetadata = documentAt(seen, 'oauth-protected-resource') !== undefined
      assert.equal(query.has('resource'), hasMetadata || authorization?.resourceWithout?.value !== 'none')
    },
  ],
  [
    'names itself as its profile says, or a note does',
    (seen, { network, notes = [] }) => {
      const known = [network?.userAgent?.mcp, network?.userAgent?.discovery, network?.userAgent?.registration].map(
        (fact) => fact?.value.replace('{version}', seen.version),
      )
      const named = notes.map(({ value }) => value).join('\n')
      for (const request of seen.requests.filter((each) => !/^\/(?:[^/]+\/)?authorize/.test(pathOf(each)))) {
        const agent = headerOf(request, 'user-agent') ?? ''
        assert.ok(known.includes(agent) || named.includes(`\`${agent}\``), agent)
      }
    },
  ],
]

for (const recording of recordings)
  for (const [title, holds] of signingIn)
    test(`${recording.name}: ${title}`, () => {
      const profile = profiles.get(recording.client)

      assert.ok(profile)
      holds(recording, profile)
    })

function fits(uri: string, known: string): boolean {
  const pattern = known
    .replace(/[.?*+^$()|[\]\\]/g, '\\$&')
    .replace('{port}', '\\d+')
    .replace('{callback_id}', '[\\w-]+')
  return new RegExp(`^${pattern}$`).test(uri)
}
