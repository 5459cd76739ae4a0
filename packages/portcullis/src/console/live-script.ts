import { createHash } from 'node:crypto'

/** Shows a part of a page anew when the server says that it is another; without it, a reload does. */
export const liveScript = `const room = document.querySelector('[data-live]')
let events
let isBusy = false
let isStale = false
async function refresh() {
  isStale = true
  if (isBusy) return
  isBusy = true
  try {
    while (isStale) {
      isStale = false
      await show()
    }
  } catch {
    // The network is away. The stream of events comes back when it does, and asks anew.
  }
  isBusy = false
}
async function show() {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } })
  // Whoever may look no longer sees what is said instead.
  if (answer.redirected || answer.status === 403) return location.reload()
  if (!answer.ok) return
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-live]')
  if (next === null || next.innerHTML === room.innerHTML) return
  const held = room.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null
  room.replaceChildren(...next.childNodes)
  if (held !== null) room.querySelector('[href="' + CSS.escape(held) + '"]')?.focus()
}
function listen() {
  events?.close()
  // Browsers hold few connections to one host: pages that nobody looks at need none.
  if (document.hidden) return
  events = new EventSource(room.dataset.live)
  events.addEventListener('changed', refresh)
  events.addEventListener('error', () => {
    if (events.readyState !== EventSource.CLOSED) return
    setTimeout(listen, 30000)
    refresh()
  })
}
if (room !== null) {
  document.addEventListener('visibilitychange', listen)
  listen()
}
`

/** Where it is served: the name changes with what is in it, so that browsers may keep it for good. */
export const liveScriptPath = `/console/live-${createHash('sha256').update(liveScript).digest('base64url').slice(0, 12)}.js`
