import type { Person, Visit } from '../../interop/src/browser.ts'
import type { InteropClient } from '../../interop/src/clients/client.ts'
import { createSdk2Host } from '../../interop/src/clients/sdk-2.ts'
import type { Company } from './company.ts'
import { createVisitor, leftFor, textOf, type Visitor } from './visitor.ts'

/** Somebody who works with an MCP client in front of them, the official SDK's. */
export interface Employee {
  visitor: Visitor
  client: InteropClient
  /** Connects the client and signs in through the pages. Throws, with what the page says, where they do not let on. */
  signIn(): Promise<void>
  /** Calls a tool that needs no more than was asked for at first; tells what it said. Throws where it is refused. */
  call(tool: string): Promise<string>
  close(): Promise<void>
}

export interface EmployeeOptions {
  company: Company
  userName: string
  password: string
  identityProvider: string
  /** Of the identity providers. */
  origins: readonly string[]
}

export async function createEmployee(options: EmployeeOptions): Promise<Employee> {
  const { company, userName, password, identityProvider, origins } = options
  const visitor = createVisitor({ userName, password, identityProvider, origins: [company.origin, ...origins] })
  const context = { url: company.gateway.url, person: personIn(visitor) }
  const client = await createSdk2Host(context, { mode: 'auto', isDescribed: false })
  return {
    visitor,
    client,
    async signIn() {
      await client.connect()
      await client.signIn?.()
    },
    async call(tool) {
      const { text, isError, visits } = await client.callTool(tool, {})
      if (isError) throw new Error(`The call was refused: ${text}`)
      if (visits.length > 0) throw new Error('The client signed in anew')
      return text
    },
    async close() {
      await client.close()
      visitor.close()
    },
  }
}

/** Whoever opens what a client asks to open, and is sent back to it. */
function personIn(visitor: Visitor): Person {
  const visits: Visit[] = []
  return {
    visits,
    async visit(authorizationUrl) {
      const landedAt = leftFor(await visitor.walk(authorizationUrl))
      const answered = await fetch(landedAt)
      if (!answered.ok) throw new Error(`The client answered ${answered.status}: ${textOf(await answered.text())}`)
      const visit = { signedIn: true, consent: undefined, landedAt }
      visits.push(visit)
      return visit
    },
    close: async () => visitor.close(),
  }
}
