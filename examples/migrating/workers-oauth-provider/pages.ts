import type { ConsentDescription } from '@cloudflare/workers-oauth-provider'

/** What is the application's own: who is signed in there, here always ada, and how it asks. */
export async function signedInUser(_request: Request): Promise<{ id: string }> {
  return { id: 'ada' }
}

export function consentPage({ redirectHost, scope }: ConsentDescription, handle: string): string {
  return `<!doctype html><title>Allow it?</title><p>Let ${escaped(redirectHost)} have ${escaped(scope.join(' '))}?</p>
<form method="post"><input type="hidden" name="handle" value="${escaped(handle)}"><button>Allow</button></form>`
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
