import { formatHtml, type Html, html } from '@portcullis/auth/authorization-server'
import type { Message } from './smtp.ts'

/** Whose pages messages lead to. */
export interface Site {
  /** How the server is called. */
  name: string
  origin: string
}

/** For a person who is to make an account. */
export function invitationMessage(
  to: string,
  { link, until, site }: { link: string; until: string; site: Site },
): Message {
  return messageOf(to, `You are invited to ${site.name}`, [
    `Somebody who runs ${site.name} invites you to make an account there.`,
    { link },
    `The link works once, until ${until}. Whoever has it can make the account: do not pass this message on.`,
    'If you do not know what this is about, delete this message. Nothing happens then.',
  ])
}

/** For whoever says that they can no longer sign in. */
export function recoveryMessage(
  to: string,
  { link, userName, site }: { link: string; userName: string; site: Site },
): Message {
  return messageOf(to, `Sign in to ${site.name} again`, [
    `Somebody, you we suppose, asked for a new password for ${userName} at ${site.name}.`,
    { link },
    'The link works once, for an hour. Once a new password is set, all browsers are signed out, passkeys are removed, and no application has access any more.',
    'If it was not you, delete this message. Your password stays as it is, and whoever asked learns nothing.',
  ])
}

/** For an address that is to belong to an account: only who reads there can confirm it. */
export function addressMessage(
  to: string,
  { link, userName, site }: { link: string; userName: string; site: Site },
): Message {
  return messageOf(to, `Confirm your address for ${site.name}`, [
    `The account ${userName} at ${site.name} wants to use this e-mail address.`,
    { link },
    'The link works once, for an hour, in a browser that is signed in to that account.',
    'If this is not your account, delete this message: your address is not used then.',
  ])
}

/** What a person is told that has changed. */
export type Change =
  | 'password_changed'
  | 'password_reset'
  | 'passkey_added'
  | 'passkey_removed'
  | 'identity_linked'
  | 'identity_unlinked'
  | 'email_changed'

const changes: Readonly<Record<Change, string>> = {
  password_changed: 'The password was changed, and all other browsers were signed out.',
  password_reset:
    'A new password was set by a link. All browsers were signed out, passkeys were removed, and no application has access any more.',
  passkey_added: 'A passkey was added: it can sign in from now on.',
  passkey_removed: 'A passkey was removed, and all other browsers were signed out.',
  identity_linked: 'An account elsewhere was added: it opens this one from now on.',
  identity_unlinked: 'An account elsewhere was removed: it opens this one no more.',
  email_changed: 'Another e-mail address was set, or the address was removed. Messages no longer come to this one.',
}

/** For whoever has an account in which something changed that lets people in. It has no link that does anything. */
export function noticeMessage(
  to: string,
  { change, at, userName, site }: { change: Change; at: number; userName: string; site: Site },
): Message {
  return messageOf(to, `Your account at ${site.name} was changed`, [
    `This happened to the account ${userName} at ${site.name}, on ${new Date(at * 1000).toUTCString()}:`,
    changes[change],
    'If it was you, there is nothing to do.',
    `If it was not, open ${site.origin}/account, end what you do not know, and set another password; or tell whoever runs ${site.name}.`,
  ])
}

type Paragraph = string | { link: string }

/** What stands in it is text, whatever people are called: nothing of it becomes markup, or a link of somebody else's. */
function messageOf(to: string, subject: string, paragraphs: readonly Paragraph[]): Message {
  const plain = paragraphs.map((each) => (typeof each === 'string' ? oneLine(each) : each))
  const text = plain.map((each) => (typeof each === 'string' ? each : each.link)).join('\n\n')
  return { to, subject: oneLine(subject), text: `${text}\n`, html: formatHtml(pageOf(plain)) }
}

/** Whatever a name has in it, it begins no line of its own. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
}

function pageOf(paragraphs: readonly Paragraph[]): Html {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head>
<body>${paragraphs.map((each) =>
    typeof each === 'string' ? html`<p>${each}</p>\n` : html`<p><a href="${each.link}">${each.link}</a></p>\n`,
  )}</body></html>
`
}
