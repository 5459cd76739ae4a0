import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { withFolder } from './with-folder.ts'

test('a folder is gone when its use is done', async () => {
  const folder = await withFolder(async (given) => given)

  assert.equal(existsSync(folder), false)
})

test('a folder is gone when its use fails', async () => {
  let folder = ''

  await assert.rejects(
    withFolder(async (given) => {
      folder = given
      throw new Error('of its own')
    }),
    /of its own/,
  )

  assert.equal(existsSync(folder), false)
})

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  test(`after ${signal} neither the folder is left, nor a program on a terminal that runs in it`, async () => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', usesFolder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    const isThere = new Promise<void>((resolve) =>
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text
        if (output.includes('pid')) resolve()
      }),
    )
    await isThere
    const [, folder = '', pid] = /folder (\S+)[\s\S]*pid (\d+)/.exec(output) ?? []

    child.kill(signal)
    await once(child, 'close')

    assert.notEqual(folder, '')
    assert.equal(existsSync(folder), false)
    assert.throws(() => process.kill(Number(pid), 0), { code: 'ESRCH' })
  })

const here = (file: string) => JSON.stringify(pathToFileURL(new URL(file, import.meta.url).pathname).href)
/** A program that would rather not end, and writes when it must. */
const stubborn = `
process.on('SIGHUP', () => {})
process.on('SIGTERM', () => {})
setInterval(() => {}, 1000)
console.log('pid ' + process.pid)
`
const usesFolder = `
import { startProgram } from ${here('../../interop/src/program.ts')}
import { withFolder } from ${here('./with-folder.ts')}
await withFolder(async (folder) => {
  console.log('folder ' + folder)
  const command = [process.execPath, '--eval', ${JSON.stringify(stubborn)}]
  const child = startProgram(command, { env: { PATH: process.env.PATH }, folder, terminal: true })
  child.stdout.pipe(process.stdout)
  await new Promise(() => {})
})
`
