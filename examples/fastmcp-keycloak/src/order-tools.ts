import type { AccessToken } from '@portcullis/auth'
import type { Session } from '@portcullis/auth/fastmcp'
import { callerOf } from '@portcullis/auth/tools'
import { z } from 'zod'

/** As much of FastMCP as is needed here: both releases have it. */
export interface TakesTools {
  addTool<Parameters extends z.ZodType>(tool: {
    name: string
    description: string
    parameters?: Parameters
    annotations?: { readOnlyHint?: boolean; destructiveHint?: boolean }
    execute(args: OutputOf<Parameters>, context: { session: Session | undefined }): Promise<string>
  }): void
}

/** As the standard of schemas has it, by which FastMCP goes. */
type OutputOf<Schema extends z.ZodType> = NonNullable<Schema['~standard']['types']>['output']

/** The stock of an item, asked for whoever calls. */
export type AskWarehouse = (caller: AccessToken, item: string) => Promise<string>

interface Order {
  item: string
  approvedBy?: string
}

const isRead = { readOnlyHint: true }

/** The same tools for both releases. Who may call which stands in `rules`: nobody comes here who may not. */
export function addOrderTools(app: TakesTools, askWarehouse: AskWarehouse): void {
  const orders = new Map<string, Order>([
    ['o-1', { item: 'ladder' }],
    ['o-2', { item: 'rope' }],
  ])

  app.addTool({
    name: 'whoami',
    description: 'Tells as whom you are known here',
    annotations: isRead,
    async execute(_, { session }) {
      const { claims, roles, clientId } = callerOf<{ preferred_username: string }>({ session })
      return `You are ${claims.preferred_username}, ${['approver', 'clerk'].filter((role) => roles.has(role)).join(' and ')}, by way of ${clientId}`
    },
  })
  app.addTool({
    name: 'list_orders',
    description: 'Lists the orders',
    annotations: isRead,
    execute: async () =>
      [...orders].map(([id, { item, approvedBy }]) => `${id}: ${item}, ${stateOf(approvedBy)}`).join('\n'),
  })
  app.addTool({
    name: 'approve_order',
    description: 'Approves an order',
    parameters: z.object({ id: z.string() }),
    async execute({ id }, { session }) {
      const order = orders.get(id)
      if (order === undefined) throw new Error(`There is no order ${id}`)
      order.approvedBy = callerOf({ session }).subject
      return `Order ${id} is approved`
    },
  })
  app.addTool({
    name: 'check_stock',
    description: 'Asks the warehouse how many there are of an item',
    annotations: isRead,
    parameters: z.object({ item: z.string() }),
    async execute({ item }, { session }) {
      const accessToken = session?.extra.accessToken
      if (accessToken === undefined) throw new Error('Nobody is known to call')
      return askWarehouse(accessToken, item)
    },
  })
}

function stateOf(approvedBy: string | undefined): string {
  return approvedBy === undefined ? 'open' : 'approved'
}
