import { html, page } from '@portcullis/auth/authorization-server'
import type { ConsoleContext } from '../context.ts'

/** For people who are signed in and administrate nothing. */
export function memberPage({ server }: ConsoleContext): Response {
  return page({
    title: 'The console is not for you',
    owner: server.name,
    brand: server.brand,
    status: 403,
    body: html`<h1>The console is not for you</h1>
<p>It is for people who look after this server.</p>
<div class="note"><p><b>What to do now</b></p><p>Go to <a href="/account">your account</a>. If you should be here, ask whoever runs this server for a role (<code>portcullis users role</code>).</p></div>`,
  })
}
