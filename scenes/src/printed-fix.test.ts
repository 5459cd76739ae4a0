import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeOf, printableFixes } from './printed-fix.ts'
import { scenes } from './scenes.ts'

for (const { stack, change } of printableFixes())
  test(`the lines that the doctor prints for ${change} on ${stack} are applied as printed in a scene`, () => {
    const applied = scenes.filter((scene) => scene.stack === stack && changeOf(scene) === change)

    assert.notEqual(applied.length, 0)
  })

test('each scene has a name of its own', () => {
  const names = scenes.map(({ name }) => name)

  assert.equal(new Set(names).size, names.length)
})
