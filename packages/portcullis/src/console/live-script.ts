import { createHash } from 'node:crypto'

/** Shows a part of a page anew when the server says that it is another; without it, a reload does. */
export const liveScript = `const room = document.querySelector('[data-live]')
let isBusy = false
let isStale = false
async function refresh() {
  isStale = true
  if (isBusy) return
  isBusy = true
  while (isStale) {
    isStale = false
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } })
    if (!answer.ok || answer.redirected) break
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-live]')
    if (next === null) break
    const held = room.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null
    room.replaceChildren(...next.childNodes)
    if (held !== null) room.querySelector('[href="' + CSS.escape(held) + '"]')?.focus()
  }
  isBusy = false
}
if (room !== null) new EventSource(room.dataset.live).addEventListener('changed', refresh)
`

/** Where it is served: the name changes with what is in it, so that browsers may keep it for good. */
export const liveScriptPath = `/console/live-${createHash('sha256').update(liveScript).digest('base64url').slice(0, 12)}.js`
