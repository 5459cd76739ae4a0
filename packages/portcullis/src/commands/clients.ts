import type { Command } from 'commander'
import type * as z from 'zod'
import {
  createClientOperation,
  deleteClientOperation,
  listClientsOperation,
  renewSecretOperation,
  showClientOperation,
} from '../administration/operations/clients.ts'
import { clientAuthenticationMethods } from '../config/client-authentication-methods.ts'
import { clientGrantTypes } from '../config/client-grant-types.ts'
import type { Io } from '../io.ts'
import { withDatabase } from './database.ts'
import { choiceOf, showExamples, takeDatabase } from './options.ts'
import { formatTable, formatTime, printJson } from './output.ts'

/** `portcullis clients …` */
export function addClientsCommand(program: Command, io: Io): void {
  const clients = program.command('clients').description('See which clients are known, and make or delete some.')
  addList(clients, io)
  addShow(clients, io)
  addCreate(clients, io)
  addRenewSecret(clients, io)
  addDelete(clients, io)
}

function addList(clients: Command, io: Io): void {
  const command = clients
    .command('list')
    .description(
      'List the clients: of the configuration, made by operators, and registered ones that somebody consented to.',
    )
    .option('--unused', 'Also those that registered and that nobody has consented to yet.')
  showExamples(takeDatabase(command), 'clients list', 'clients list --unused --json').action((_, command: Command) =>
    withDatabase(command, io, async ({ perform }) => {
      const { unused = false, json } = command.opts<{ unused?: boolean; json?: boolean }>()
      const all = await perform(listClientsOperation, { unused })
      if (json) return printJson(io.stdout, all)
      const rows = all.map(({ clientId, name, origin, method, issuedAt }) => [
        clientId,
        name ?? '',
        origin,
        method,
        issuedAt === undefined ? '' : formatTime(issuedAt),
      ])
      io.stdout.write(formatTable(['CLIENT', 'NAME', 'ORIGIN', 'METHOD', 'SINCE (UTC)'], rows))
    }),
  )
}

function addShow(clients: Command, io: Io): void {
  const command = clients
    .command('show')
    .argument('<client>', 'its identifier, as "clients list" shows it')
    .description('Show one client.')
  showExamples(takeDatabase(command), 'clients show 5Jz0c2y8QmS1vXw4kT7aQd').action((id: string, _, command: Command) =>
    withDatabase(command, io, async ({ perform }) => {
      const client = await perform(showClientOperation, { client: id })
      if (command.opts().json) return printJson(io.stdout, client)
      print(client, io)
    }),
  )
}

function addCreate(clients: Command, io: Io): void {
  const command = clients
    .command('create')
    .summary('Make a client that need not register.')
    .description('Make a client that need not register, and print its identifier and, this once, its secret.')
    .option('--redirect-uri <uri...>', 'Where it may want its answers; needed with the grant type authorization_code.')
    .option(
      '--grant-type <type...>',
      'What it is for: authorization_code, refresh_token, client_credentials, or one of urn:ietf:params:oauth:grant-type: device_code, token-exchange, jwt-bearer. Default: authorization_code and refresh_token.',
    )
    .option('--name <name>', 'How pages call it.')
    .option(
      '--method <method>',
      'How it authenticates: none, client_secret_basic, client_secret_post or private_key_jwt. Default: client_secret_basic, or private_key_jwt with --keys-url.',
    )
    .option('--keys-url <url>', 'The https URL of its public keys. Needs clientDocuments.enabled.')
  showExamples(
    takeDatabase(command),
    'clients create --name "Agent" --redirect-uri https://agent.example/callback',
    'clients create --redirect-uri http://127.0.0.1/callback --method none --json',
    'clients create --name "Nightly job" --grant-type client_credentials',
  ).action((_, command: Command) =>
    withDatabase(command, io, async ({ perform }) => {
      const { redirectUri, grantType, name, method, keysUrl, json } = command.opts<CreateOptions>()
      const made = await perform(createClientOperation, {
        redirectUris: redirectUri,
        grantTypes: grantType?.map((type) => choiceOf(type, clientGrantTypes, 'grant type')),
        name,
        method: method === undefined ? undefined : choiceOf(method, clientAuthenticationMethods, 'method'),
        keysUrl,
      })
      if (json) return printJson(io.stdout, made)
      print(made.client, io)
      printSecret(made.clientSecret, io)
    }),
  )
}

interface CreateOptions {
  redirectUri?: string[]
  grantType?: string[]
  name?: string
  method?: string
  keysUrl?: string
  json?: boolean
}

function addRenewSecret(clients: Command, io: Io): void {
  const command = clients
    .command('renew-secret')
    .argument('<client>', 'its identifier, as "clients list" shows it')
    .summary('Give a client another secret.')
    .description(
      'Give a client another secret, and print it this once. The one before is worth nothing from then on; its grants go on.',
    )
  showExamples(takeDatabase(command), 'clients renew-secret 5Jz0c2y8QmS1vXw4kT7aQd').action(
    (id: string, _, command: Command) =>
      withDatabase(command, io, async ({ perform }) => {
        const renewed = await perform(renewSecretOperation, { client: id })
        if (command.opts().json) return printJson(io.stdout, { clientId: id, ...renewed })
        printSecret(renewed.clientSecret, io)
      }),
  )
}

function addDelete(clients: Command, io: Io): void {
  const command = clients
    .command('delete')
    .argument('<client>', 'its identifier, as "clients list" shows it')
    .summary('Delete a client, and end its grants.')
    .description(
      'Delete a client, and end its grants. Running servers see it within 5 seconds. It may register again where registration is open.',
    )
  showExamples(takeDatabase(command), 'clients delete 5Jz0c2y8QmS1vXw4kT7aQd').action(
    (id: string, _, command: Command) =>
      withDatabase(command, io, async ({ perform }) => {
        const { endedGrants } = await perform(deleteClientOperation, { client: id })
        if (command.opts().json) return printJson(io.stdout, { clientId: id, endedGrants })
        io.stdout.write(`Deleted the client ${id}. Grants ended: ${endedGrants}.\n`)
      }),
  )
}

type Shown = z.output<typeof showClientOperation.output>

function print({ clientId, name, origin, method, redirectUris, issuedAt, expiresAt }: Shown, io: Io): void {
  const rows = [
    ['client', clientId],
    ...(name === undefined ? [] : [['name', name]]),
    ['origin', origin],
    ['method', method],
    ...redirectUris.map((uri) => ['redirect URI', uri]),
    ...(issuedAt === undefined ? [] : [['since (UTC)', formatTime(issuedAt)]]),
    ...(expiresAt === undefined ? [] : [['goes (UTC)', `${formatTime(expiresAt)}, unless somebody consents before`]]),
  ]
  io.stdout.write(formatTable(['FIELD', 'VALUE'], rows))
}

function printSecret(secret: string | undefined, io: Io): void {
  if (secret === undefined) return
  io.stdout.write(`secret: ${secret}\n`)
  io.stderr.write('It is shown this once. Give it to the client alone.\n')
}
