import { CouldNotTry } from './attack.ts'
import type { Browser, Landing, Page } from './browser.ts'
import type { Client } from './client.ts'
import { authorizationUrl, type Changes, told } from './grant.ts'
import type { Stage } from './stage.ts'

export interface Asked {
  page: Page
  person: Browser
  client: Client
}

/** The page that asks for consent, for a client of its own. Throws `CouldNotTry` where nobody is asked. */
export async function consentPage(
  stage: Stage,
  { client, changes }: { client?: Client; changes?: Changes } = {},
): Promise<Asked> {
  const asking = client ?? (await freshClient(stage))
  const person = await stage.person()
  const landing = await person.open((await authorizationUrl(stage, asking, { prompt: 'consent', ...changes })).url)
  if (landing.kind === 'page' && landing.forms.some(({ method }) => method === 'post'))
    return { page: landing, person, client: asking }
  const plain = await person.open((await authorizationUrl(stage, asking, changes)).url)
  if (plain.kind === 'page' && plain.forms.some(({ method }) => method === 'post'))
    return { page: plain, person, client: asking }
  throw new CouldNotTry('no means', `no form asks for consent: ${told(plain)}`)
}

async function freshClient(stage: Stage): Promise<Client> {
  try {
    return await stage.client('none', {})
  } catch (error) {
    if (error instanceof CouldNotTry) return stage.client()
    throw error
  }
}

/** Whether two pages ask the same. */
export function looksLike(a: Page, b: Page): boolean {
  const names = ({ forms }: Page) =>
    forms
      .map(({ fields, buttons }) => JSON.stringify([fields.map(({ name }) => name), buttons.map(({ text }) => text)]))
      .join()
  return a.answer.status === 200 && names(a) === names(b)
}

export function sameKind(a: Landing, b: Landing): boolean {
  return a.kind === 'page' && b.kind === 'page' && looksLike(a, b)
}

/** Whether a page at the same place has no field and no button but those of another: the same page, with less to press. */
export function asksNoMore(page: Page, than: Page): boolean {
  const parts = ({ forms }: Page) =>
    forms.flatMap(({ fields, buttons }) => [...fields.map(({ name }) => name), ...buttons.map(({ text }) => text)])
  const known = parts(than)
  return new URL(page.url).pathname === new URL(than.url).pathname && parts(page).every((part) => known.includes(part))
}
