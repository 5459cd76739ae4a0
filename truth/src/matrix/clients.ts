import { programs } from '../programs.ts'
import type { RealClient } from '../real-client.ts'
import { sdkClients } from '../sdk-clients.ts'

/** The clients that run on this machine. */
export const clients: readonly RealClient[] = [...programs, ...sdkClients]
