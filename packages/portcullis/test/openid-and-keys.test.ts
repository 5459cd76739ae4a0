import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect, Person, startProgram, startUpstream } from './running-program.ts'

test('a client that asks for openid and profile learns the user name by userinfo, and one that does not is told nothing', async (t) => {
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const program = await startProgram(t, { argv: ['--upstream', `${upstream}/mcp`] })
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const resource = `${program.origin}/mcp`
  const asked = await connect(person, { resource, scope: 'openid profile email mcp' })
  const plain = await connect(person, { resource })
  const tell = (token: string) => fetch(`${program.origin}/userinfo`, { headers: { authorization: `Bearer ${token}` } })

  const told = await (await tell(asked.accessToken)).json()
  const refused = await tell(plain.accessToken)

  assert.equal(asked.scope, 'mcp openid profile')
  assert.deepEqual(Object.keys(told).sort(), ['preferred_username', 'sub'])
  assert.equal(told.preferred_username, 'ada')
  assert.equal(refused.status, 403)
  await program.line(/^Told a client who the person is/)
  await program.line(/^Refused to tell who the person is, because the person was not asked/)
})

test('keys are rotated beside the running server, which publishes the next one at once and says so', async (t) => {
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const program = await startProgram(t, {
    argv: ['--upstream', `${upstream}/mcp`],
    settings: 'signingKeys: { algorithm: EdDSA }',
  })
  const published = async () => (await (await fetch(`${program.origin}/jwks`)).json()).keys

  const rotated = await program.command('keys', 'rotate', '--json')
  const keys = await published()

  assert.deepEqual(
    JSON.parse(rotated.stdout).map(({ state, alg }: { state: string; alg: string }) => [state, alg]),
    [
      ['next', 'EdDSA'],
      ['signing', 'EdDSA'],
    ],
  )
  assert.equal(keys.length, 2)
  await program.line(/^An operator changed the signing keys\. A new signing key signs from/)
})

test('a schedule that leaves a key no time to sign is refused, by the name of the setting', async (t) => {
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))

  await assert.rejects(
    startProgram(t, { argv: ['--upstream', `${upstream}/mcp`], settings: 'signingKeys: { lifetime: 1d }' }),
    /signingKeys\.lifetime must be longer than signingKeys\.publishedBefore/,
  )
})
