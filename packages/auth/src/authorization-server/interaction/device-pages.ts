import type { Brand } from './branding.ts'
import { html } from './html.ts'
import type { DeviceConsentRequest, DeviceDone, UserCodeProblem, UserCodeRequest } from './interaction.ts'
import { page } from './page.ts'
import { formFields } from './pages.ts'
import { abilities } from './scope-list.ts'
import { nameWarnings, shortened, whoAsks } from './who-asks.ts'

/** The page at which a person types the code that a device shows (RFC 8628 §3.3). */
export function userCodePage({ signedIn, server, problem, form }: UserCodeRequest, brand?: Brand): Response {
  return page({
    title: 'Connect a device',
    brand,
    ...(server !== undefined && { owner: server }),
    status: problem === undefined ? 200 : statusOf[problem],
    formActionSources: [],
    body: html`<h1>Connect a device</h1>
<p>Type the code that the device in front of you shows.${signedIn.displayName === undefined ? undefined : html` You are signed in as <b><bdi>${signedIn.displayName}</bdi></b>.`}</p>
<form method="get" action="${form.action}">
<div class="field"><label for="user_code">Code</label>
<input id="user_code" name="user_code" type="text" autocomplete="off" autocapitalize="characters" autocorrect="off" spellcheck="false" inputmode="text" maxlength="32" placeholder="BCDF-GHJK" required autofocus${problem === undefined ? undefined : html` aria-invalid="true" aria-describedby="user_code-problem"`}>
${problem === undefined ? undefined : html`<p class="wrong" id="user_code-problem" role="alert">${sentenceOf[problem]}</p>`}</div>
<button>Continue</button>
</form>
<p class="soft after">Did somebody send you a code, or tell you one? Then do not type it: they would act as you.</p>`,
  })
}

const statusOf: Readonly<Record<UserCodeProblem, number>> = { malformed: 422, unknown: 422, too_many: 429 }

const sentenceOf: Readonly<Record<UserCodeProblem, string>> = {
  malformed: 'A code has eight letters, none of them a vowel.',
  unknown:
    'No device waits with this code. Compare it letter by letter, or begin again on the device: codes end after some minutes.',
  too_many: 'Too many codes were typed. Wait ten minutes and try again.',
}

/**
 * The page that asks a person to let a client on a device use a resource. Nothing proves who asked for the code, so the person is asked to
 * compare it, and warned of codes that come from others (RFC 8628 §5.4). No answer goes anywhere from here: the device fetches it.
 */
export function deviceConsentPage(request: DeviceConsentRequest, brand?: Brand): Response {
  const { client, resource, signedIn, userCode, form } = request
  const name = client.name === undefined ? 'a device without a name' : shortened(client.name)
  const server = resource.name ?? new URL(resource.identifier).host
  return page({
    title: `Connect ${name}?`,
    brand,
    owner: server,
    ...(request.problem !== undefined && { status: 422 }),
    formActionSources: [],
    body: html`<h1>Let <bdi>${name}</bdi> on a device use <bdi>${server}</bdi>?</h1>
<div class="note warn first"><p><b>Is that device in front of you, and did you just start this there?</b>
If somebody sent you this code or this link, deny: they would act as you.</p></div>
${nameWarnings(client)}<form method="post" action="${form.action}" class="ask">
<div class="sides">
<div><dl class="facts">
<div><dt>Code</dt><dd><span class="at">${userCode}</span></dd></div>
<div><dt>Who asks</dt><dd>${whoAsks(client)}</dd></div>
<div><dt>To use</dt><dd>${resource.name === undefined ? undefined : html`<bdi>${resource.name}</bdi> `}<small>${resource.identifier}</small></dd></div>
${signedIn.displayName === undefined ? undefined : html`<div><dt>As</dt><dd><bdi>${signedIn.displayName}</bdi></dd></div>\n`}</dl></div>
<div>${abilities(request)}</div>
</div>
${formFields(form)}
<div class="bar"><label class="tick"><input type="checkbox" name="compared" value="yes" required> <span>The device in front of me shows exactly <b class="at">${userCode}</b></span></label>
<div class="choice"><button class="plain" name="decision" value="deny" formnovalidate>Deny</button><button name="decision" value="allow">Allow</button></div></div>
</form>`,
  })
}

/** The page after the answer. */
export function deviceDonePage({ isAllowed, server }: DeviceDone, brand?: Brand): Response {
  const title = isAllowed ? 'The device is connected' : 'The device was not connected'
  return page({
    title,
    brand,
    ...(server !== undefined && { owner: server }),
    body: html`<h1>${title}</h1>
<p>${isAllowed ? 'Go back to it: it goes on within a few seconds. You can close this page.' : 'It gets no access. You can close this page.'}</p>`,
  })
}
