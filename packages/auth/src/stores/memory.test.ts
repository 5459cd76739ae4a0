import { test } from 'node:test'
import { storeContract } from './contract.ts'
import { memoryStore } from './memory.ts'

for (const { name, run } of storeContract(async ({ now }) => ({ store: memoryStore({ now }) })))
  test(`the memory store ${name}`, run)
