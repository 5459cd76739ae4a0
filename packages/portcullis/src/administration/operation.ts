import type { EndGrantOptions, ServerSecret, Store } from '@portcullis/auth/authorization-server'
import type * as z from 'zod'
import type { Account } from '../accounts/accounts.ts'
import { commitTold } from '../audit/commit-told.ts'
import type { AuditKey } from '../audit/seal.ts'
import type { Configuration } from '../config/configuration.ts'
import type { MailSettings } from '../mail/settings.ts'
import { OperatorError } from '../operations/operator-error.ts'
import type { ProgramKinds } from '../store/records.ts'
import { type Administrator, requireRight } from './administrator.ts'
import { recordedStore } from './recorded-store.ts'
import type { HeldRole, Right } from './rights.ts'

/** What administration works on: given once by a server, or by a command. */
export interface Administration {
  /** As it is opened: each act makes of it the one that tells the audit log. */
  store: Store<ProgramKinds>
  configuration: Configuration
  /** Where links lead. */
  origin: string
  auditKeys: readonly AuditKey[]
  /** The secrets of the server. Throws `OperatorError` where they are not at hand, or are not those of the database. */
  secrets: () => readonly ServerSecret[]
  /** What messages are sent with; `undefined` where none are. Throws `OperatorError` where what it needs is not at hand. */
  mail: () => MailSettings | undefined
  /** Seconds since the epoch. */
  now: () => number
  /** The role of somebody who is about to use it; of a server, which can ask identity providers. Default: what they said last counts. */
  currentRole?: (account: Account) => Promise<HeldRole>
  /** Told of each grant that ended. Default: nothing. */
  onGrantEnded?: (grantId: string) => void
}

/** What one act works with: a store that tells who did it. */
export interface ActContext
  extends Pick<Administration, 'configuration' | 'origin' | 'auditKeys' | 'secrets' | 'mail' | 'now'> {
  store: Store<ProgramKinds>
  administrator: Administrator
  grantEnds: EndGrantOptions
}

/** One thing that administrators do, whichever way they ask: on the command line, in the console, by the HTTP API. */
export interface Operation<
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodType = z.ZodType,
  Result = z.input<Output>,
> {
  /** `users.disable` */
  name: string
  right: Right
  /** A sentence, without its full stop. */
  summary: string
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Under the API, with the names of inputs in braces: `/users/{user}/disable`. */
  path: string
  input: Input
  /** What it answers; of one that streams, each line. */
  output: Output
  isStream?: boolean
  /** Of an answer that says that something was made. Default 200. */
  status?: 201
  /** Which client it is to delete, for the audit log. */
  deletes?(input: z.output<Input>): string
  run(input: z.output<Input>, context: ActContext): Promise<Result>
}

/** An operation, as it is written down. */
export function operation<Input extends z.ZodObject, Output extends z.ZodType>(
  definition: Operation<Input, Output>,
): Operation<Input, Output> {
  return definition
}

/** The same of one that answers without end, line by line. */
export function streamOperation<Input extends z.ZodObject, Output extends z.ZodType>(
  definition: Operation<Input, Output, AsyncIterable<z.input<Output>>>,
): Operation<Input, Output, AsyncIterable<z.input<Output>>> {
  return { ...definition, isStream: true }
}

/**
 * Does it, if whoever asks has the right: the one place where rights are asked for and what is done is told. Throws `OperatorError`, of the kind `forbidden`
 * where the role is not for it, which the audit log has, too; `InvalidInputError` where the input cannot stand.
 */
export async function perform<Input extends z.ZodObject, Output extends z.ZodType, Result>(
  act: Operation<Input, Output, Result>,
  input: z.input<Input>,
  administrator: Administrator,
  administration: Administration,
): Promise<Result> {
  try {
    requireRight(administrator, act.right)
    const parsed = act.input.safeParse(input)
    if (!parsed.success) throw invalid(parsed.error.issues)
    return await act.run(parsed.data, contextOf(administrator, administration, act.deletes?.(parsed.data)))
  } catch (cause) {
    if (cause instanceof OperatorError && cause.kind === 'forbidden')
      await tellRefused(act.name, administrator, administration)
    throw cause
  }
}

function contextOf(
  administrator: Administrator,
  { store: opened, configuration, origin, auditKeys, secrets, mail, now, onGrantEnded }: Administration,
  deletes: string | undefined,
): ActContext {
  const store = recordedStore(opened, { by: administrator.by, keys: auditKeys, now, deletes })
  return {
    ...{ store, configuration, origin, auditKeys, secrets, mail, now, administrator },
    grantEnds: {
      store,
      now,
      accessTokenLifetime: configuration.lifetimes.accessToken,
      onEvent(event) {
        // What is done is in the audit log with its commit, and comes from there into that of the server.
        if (event.type === 'grant_ended' && event.grantId !== undefined) onGrantEnded?.(event.grantId)
      },
    },
  }
}

/** Refusals of one administrator that the audit log has in an hour: a program that asks without end fills nothing. */
const mostRefusals = 100

async function tellRefused(operation: string, { by, role }: Administrator, { store, auditKeys, now }: Administration) {
  const count = await store.count(`administration refused to ${JSON.stringify(by)}`, 3600)
  if (count > mostRefusals) return
  const act = { type: 'administration_refused' as const, operation, role }
  await commitTold([], [{ at: now(), by, act, result: 'refused' }], { store, keys: auditKeys })
}

/** An input that cannot stand, with what is wrong at which field. */
export class InvalidInputError extends OperatorError {
  readonly problems: readonly { field: string; message: string }[]

  constructor(problems: readonly { field: string; message: string }[]) {
    super(`The input cannot stand: ${problems.map(({ field, message }) => `${field} ${message}`.trim()).join('; ')}`, {
      kind: 'invalid',
      nextStep: 'Mend that, and ask again.',
    })
    this.problems = problems
  }
}

function invalid(issues: readonly z.core.$ZodIssue[]): InvalidInputError {
  return new InvalidInputError(
    issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({ field: [...issue.path, key].join('.'), message: 'is not known here' }))
        : [{ field: issue.path.join('.'), message: issue.message }],
    ),
  )
}
