import type { ClientIdentity } from '../clients/client-identity.ts'
import { type Html, html } from './html.ts'
import type { ConsentRequest } from './interaction.ts'

type Client = ConsentRequest['client']

/** A document proves the host that it stands at, and that no other host described this client; its name stays a claim. */
export function whoAsks({ name, host, identity }: Client): Html | string {
  if (name === undefined && identity.by === 'itself') return 'It gave no name'
  return html`${name === undefined ? undefined : html`<bdi>${shortened(name)}</bdi> `}<small>${sourceOf(identity, host)}</small>`
}

function sourceOf({ by, vendor }: ClientIdentity, host: string | undefined): Html | string {
  switch (by) {
    case 'operator':
      return 'Set up by whoever runs this server.'
    case 'document':
      return html`As <b>${host}</b> describes it${vendor === undefined ? undefined : `, which is ${possessive(vendor)}`}.`
    case 'itself':
      return vendor === undefined
        ? 'Its own claim; nobody has verified it.'
        : `Its own claim; but the answer goes to ${vendor}.`
    default:
      return by satisfies never
  }
}

/** What a person should know of a name before they trust it, and what to do; nothing of most. */
export function nameWarnings({ name, identity }: Client, advice = 'deny'): Html | undefined {
  const { imitates, mixesAlphabets } = identity
  if (imitates === undefined && !mixesAlphabets) return undefined
  return html`<div class="note bad first">${
    imitates &&
    html`<p><b>It calls itself <bdi>${shortened(name ?? '')}</bdi>, but ${identity.by === 'document' ? 'it is described by' : 'the answer goes to'} <code>${imitates.place}</code>.</b>
${whose(imitates)}, and this address is not known to be theirs. If you did not expect that, ${advice}.</p>`
  }${
    mixesAlphabets &&
    html`<p>Letters of several alphabets that look alike stand in its name, as nobody writes who does not want to be mistaken for somebody else.</p>`
  }</div>\n`
}

function whose({ name, vendor }: NonNullable<ClientIdentity['imitates']>): string {
  return name === vendor ? `${vendor} has addresses of its own` : `${name} is ${possessive(vendor)}`
}

/** A name without end would push what a person must read out of sight, while the buttons stay in it. */
export function shortened(name: string): string {
  const characters = [...name]
  return characters.length > 80 ? `${characters.slice(0, 79).join('')}…` : name
}

function possessive(vendor: string): string {
  return vendor.endsWith('s') ? `${vendor}’` : `${vendor}’s`
}
