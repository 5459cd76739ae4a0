import { type ChildProcess, spawn } from 'node:child_process'

/** Starts the stand-in for Clerk in a process of its own, and sets what Clerk's dashboard would have said. Rejects where others than this machine would use it. */
export async function startStandIn(appUrl: string): Promise<ChildProcess> {
  if (new URL(appUrl).hostname !== 'localhost')
    throw new Error(`${appUrl} needs an instance of Clerk: set CLERK_SECRET_KEY and NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY`)
  process.env.STAND_IN_PORT ??= '4100'
  const host = `127.0.0.1:${process.env.STAND_IN_PORT}`
  process.env.NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY = `pk_test_${Buffer.from(`${host}$`).toString('base64')}`
  process.env.CLERK_SECRET_KEY = 'sk_test_of_a_stand_in_for_clerk_on_this_machine'
  Object.assign(process.env, addressesOf(`http://${host}`))
  const child = spawn(process.execPath, ['stand-in/main.ts'], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      process.stdout.write(text)
      resolve()
    })
    child.once('exit', () => reject(new Error('The stand-in for Clerk could not start')))
  })
  return child
}

/** An instance of Clerk is at https, and its addresses follow from its key; these do not. */
export function addressesOf(issuer: string): Record<string, string> {
  return {
    CLERK_API_URL: issuer,
    NEXT_PUBLIC_CLERK_PROXY_URL: issuer,
    NEXT_PUBLIC_CLERK_SIGN_IN_URL: `${issuer}/sign-in`,
    NEXT_PUBLIC_CLERK_TELEMETRY_DISABLED: '1',
  }
}
