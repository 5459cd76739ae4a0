import { fixedTable, text, variableName } from './fields.ts'

/** How messages to people are sent. */
export const mail = fixedTable({
  server: text('the URL of a mail server')
    .refine(isMailServer, 'must be smtps://HOST (port 465) or smtp://HOST (port 587), without user, password and path')
    .describe(
      'The mail server (SMTP): `smtps://HOST` speaks TLS from the start, `smtp://HOST` begins it with STARTTLS. Without TLS nothing is sent, save to a server on this machine.',
    ),
  from: text('an e-mail address')
    .refine(isSender, 'must be an e-mail address, or a name and an address: Portcullis <mcp@example.com>')
    .describe('In whose name messages are sent: an address, or `NAME <ADDRESS>`.'),
  user: text('a user of the mail server').optional().describe('Who signs in to the mail server. Default: nobody does.'),
  secretFile: text('the path of a file')
    .optional()
    .describe('A file with the password of that user. Relative to the folder of this file.'),
  secretVariable: variableName().optional().describe('The environment variable with that password, instead of a file.'),
  authoritiesFile: text('the path of a file')
    .optional()
    .describe(
      'A file with the certificates (PEM) of those who certify the mail server, where Node does not know them. Relative to the folder of this file.',
    ),
})
  .optional()
  .describe(
    'How messages to people are sent: invitations, links to set a new password, and what changed in their account. Default: none are, and links are given by hand.',
  )

function isMailServer(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, hostname, username, password, pathname, search, hash } = new URL(value)
  const isPlain = username + password + search + hash === '' && (pathname === '' || pathname === '/')
  return (protocol === 'smtp:' || protocol === 'smtps:') && hostname !== '' && isPlain
}

function isSender(value: string): boolean {
  return /^[^<>@\p{Cc}\p{Cf}]* ?<[^\s<>@]+@[^\s<>@]+>$|^[^\s<>@]+@[^\s<>@]+$/u.test(value)
}
