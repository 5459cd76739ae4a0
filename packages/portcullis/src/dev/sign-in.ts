import { html, page } from '@portcullis/auth/authorization-server'
import { personCookie } from '@portcullis/auth/testing'
import { redirect, refusal } from './responses.ts'

/** Those who stand on the page; anybody else may sign in by their name. */
export const people = ['alice', 'bob'] as const

/** Whether a person may be called so. */
export function isName(name: string): boolean {
  return /^[^\p{Cc}\p{Cf}\s](?:[^\p{Cc}\p{Cf}]{0,126}[^\p{Cc}\p{Cf}\s])?$/u.test(name)
}

/** Who signs in: anybody, by one click. */
export function whoPage(returnTo: string): Response {
  return page({
    title: 'Who are you?',
    owner: 'Test authorization server',
    formActionSources: ['http:', 'https:'], // under --approve the browser goes on to the client
    body: html`<h1>Who are you?</h1>
<p class="soft">This server is for tests: nobody is asked for a password.</p>
${people.map((name) => html`<p><a class="button" href="/dev/sign-in?${new URLSearchParams({ as: name, to: returnTo }).toString()}">${name}</a></p>`)}
<form method="get" action="/dev/sign-in"><input type="hidden" name="to" value="${returnTo}"><div class="field"><label for="as">Somebody else</label><input id="as" name="as" maxlength="128" autocomplete="off" autocapitalize="none" required></div><button class="plain">Sign in by that name</button></form>`,
  })
}

/** Only back to where a client, or the page for devices, wanted to go here. */
export function signInAs(name: string, to: string, origin: string): Response {
  const isOurs = ['/authorize?', '/device?'].some((path) => `${to}?`.startsWith(`${origin}${path}`))
  if (!isName(name)) return refusal('That is no name', 'Name somebody in 1 to 128 characters: as=alice')
  if (!isOurs) return refusal('The way back leads elsewhere', 'Begin at the client: it sends the browser here')
  const response = redirect(to)
  response.headers.append('set-cookie', `${personCookie(name)}; Path=/; HttpOnly; SameSite=Lax`)
  return response
}
