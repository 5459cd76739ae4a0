import { startStandIn } from './clerk.ts'
import { goodSwitches } from './switches.ts'

/** `npm run stand-in`: what runs in Clerk's place while there is no account there. */
const {
  APP_URL = 'http://localhost:3000',
  STAND_IN_PORT = '4100',
  STAND_IN_PASSWORD = 'correct horse battery',
} = process.env
const { issuer } = await startStandIn({
  port: Number(STAND_IN_PORT),
  switches: goodSwitches(`${APP_URL}/mcp`),
  people: [{ username: 'ada', password: STAND_IN_PASSWORD, name: ['Ada', 'Lovelace'] }],
})
console.log(`A stand-in for Clerk is at ${issuer}. Sign in as ada, with the password ${STAND_IN_PASSWORD}`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(0))
