/**
 * Preloaded into Portcullis (`--import`), whose clock then differs from this machine's by as many seconds as a file says, as that of a server whose time
 * nobody keeps. Timers go on as before.
 */
import { readFileSync } from 'node:fs'

const file = process.env.SHIFTED_CLOCK
if (file === undefined)
  throw new Error('SHIFTED_CLOCK must name the file that says by how many seconds the clock differs')
const Real = Date
const now = () => Real.now() + Number(readFileSync(file, 'utf8')) * 1000

globalThis.Date = new Proxy(Real, {
  construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
})
