import { readFileSync } from 'node:fs'

// Imported by the program under test before its own: all that it knows of the time comes from here.
const file = process.env.E2E_CLOCK
const realNow = Date.now
if (file !== undefined)
  Date.now = () => {
    const { moved = 0, shows } = JSON.parse(readFileSync(file, 'utf8'))
    return shows ?? realNow() + moved
  }
