import { bytes, duration, section, wholeNumber } from './fields.ts'

/** How much and how many. */
export const limits = section({
  body: bytes({ least: 1024, most: 1024 ** 3 })
    .prefault('4MiB')
    .describe('The largest body of a request to the MCP server.'),
  open: wholeNumber({ least: 1, most: 1e9 })
    .prefault(10_000)
    .describe('Requests and streams to the MCP server that are open at the same time.'),
  openPerCaller: wholeNumber({ least: 1, most: 1e9 })
    .prefault(1000)
    .describe('The same for one caller: one person with one client.'),
  bodies: bytes({ least: 1024, most: 1024 ** 4 })
    .prefault('256MiB')
    .describe(
      'Bodies that are held in memory at the same time, all together, where `tools` names scopes; elsewhere large ones pass as they come. More is told to try again.',
    ),
  bodiesPerCaller: bytes({ least: 1024, most: 1024 ** 4 })
    .prefault('64MiB')
    .describe('The same for one caller. At least twice `limits.body`.'),
  message: bytes({ least: 64 * 1024, most: 1024 ** 3 })
    .prefault('16MiB')
    .describe('The largest message of an MCP server that speaks over its standard streams; it is ended for more.'),
  processes: wholeNumber({ least: 1, most: 100_000 })
    .prefault(100)
    .describe(
      'Processes of such servers, all together, that run at the same time. For one more, one ends that nobody waits for; where there is none, clients are told to try again.',
    ),
  processesPerPerson: wholeNumber({ least: 1, most: 1000 })
    .prefault(4)
    .describe(
      'The same for one person at one server: one for each era of MCP that their clients speak, and one for each way in which `upstream` is filled in.',
    ),
  registrationsPerHour: wholeNumber({ least: 1, most: 1e9 })
    .prefault(200)
    .describe(
      'Client registrations from one network address, refused ones too. One that repeats another (`lifetimes.registrationReplay`) does not count.',
    ),
  unusedClients: wholeNumber({ least: 1, most: 1e9 })
    .prefault(10_000)
    .describe(
      'Clients that are kept although nobody has consented to them yet; beyond that each takes the place of the oldest.',
    ),
  grantsPerClient: wholeNumber({ least: 1, most: 10_000 })
    .prefault(50)
    .describe('Grants that one person may have with one client; then those end that were used longest ago.'),
  grantsPerPerson: wholeNumber({ least: 1, most: 100_000 })
    .prefault(500)
    .describe('The same with all clients together.'),
  tokenRefusalsPerMinute: wholeNumber({ least: 1, most: 1e9 })
    .prefault(60)
    .describe('Refused token and revocation requests from one network address.'),
  deviceRequestsPerHour: wholeNumber({ least: 1, most: 1e9 })
    .prefault(200)
    .describe('Requests of devices for a code, from one network address.'),
  waitingDevices: wholeNumber({ least: 1, most: 1_000_000 })
    .prefault(10_000)
    .describe('Devices that wait for a person; beyond that each takes the place of the oldest.'),
  deviceCodesPerPerson: wholeNumber({ least: 1, most: 1000 })
    .prefault(20)
    .describe(
      'Codes of devices that one person may type within ten minutes, right or wrong; from one network address five times as many.',
    ),
  signInsPerAccount: wholeNumber({ least: 1, most: 1e9 })
    .prefault(20)
    .describe(
      'Attempts to sign in to one account from one network address that may fail within 15 minutes; from all together five times as many.',
    ),
  signInsPerAddress: wholeNumber({ least: 1, most: 1e9 })
    .prefault(100)
    .describe('Attempts to sign in from one network address that may fail within 15 minutes.'),
})

/** How long others may take. */
export const timeouts = section({
  requestBody: duration({ least: 1, most: 3600 })
    .prefault('60s')
    .describe('How long the body of a request may take to arrive.'),
  upstreamConnect: duration({ least: 1, most: 600 })
    .prefault('10s')
    .describe('How long a connection to the MCP server may take.'),
  upstreamAnswer: duration({ least: 1, most: 86_400 })
    .prefault('5m')
    .describe('How long the MCP server may take to begin its answer.'),
  upstreamIdle: duration({ least: 1, most: 86_400 })
    .prefault('60s')
    .describe('How long an answer that is no event stream may pause.'),
  streamIdle: duration({ least: 1, most: 7 * 86_400 })
    .prefault('1h')
    .describe('How long an event stream may pause.'),
  streamAfterExpiry: duration({ least: 0, most: 86_400 })
    .prefault('10m')
    .describe('How long an answer that is already streaming may go on when its access token has expired.'),
  abandoned: duration({ least: 0, most: 86_400 })
    .prefault('5m')
    .describe(
      'How long an answer may go on that nobody waits for any more, for clients to which leaving is not cancelling.',
    ),
  revocationGrace: duration({ least: 0, most: 3600 })
    .prefault('60s')
    .describe(
      'How long tokens verified before are served while the record of ended grants cannot be read. 0 is strict.',
    ),
  processStart: duration({ least: 1, most: 3600 })
    .prefault('60s')
    .describe('How long the process of an MCP server that speaks over its standard streams may take to start.'),
  processIdle: duration({ least: 1, most: 30 * 86_400 })
    .prefault('10m')
    .describe('How long such a process goes on that nobody uses; the next request starts another.'),
  processStop: duration({ least: 1, most: 600 })
    .prefault('5s')
    .describe(
      'How long such a process has to end once its input is closed, and once more after SIGTERM; then it is killed.',
    ),
  store: duration({ least: 1, most: 600 })
    .prefault('10s')
    .describe('How long one question to the database may take; then the request that waits for it fails.'),
  shutdown: duration({ least: 0, most: 3600 })
    .prefault('30s')
    .describe('How long open answers may run on when Portcullis is told to stop.'),
})
