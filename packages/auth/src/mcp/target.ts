import type { Call } from './message.ts'

/** A kind of thing that a server offers by name, and that rules speak of. */
export type TargetKind = 'tool' | 'prompt' | 'resource'

/** What a call uses. */
export interface Target {
  readonly kind: TargetKind
  /** The name of the tool or prompt, or the URI; `undefined` where it is no string, and so the server may take it for any. */
  readonly name: string | undefined
}

/** What a call uses of what rules speak of. */
export function targetsOf({ method, name, params }: Call): readonly Target[] {
  switch (method) {
    case 'tools/call':
      return [{ kind: 'tool', name }]
    case 'prompts/get':
      return [{ kind: 'prompt', name }]
    case 'resources/read':
      return [{ kind: 'resource', name }]
    case 'resources/subscribe':
      return [{ kind: 'resource', name: textOf(params?.uri) }]
    case 'subscriptions/listen':
      return listenedTo(params?.notifications)
    case 'completion/complete':
      return completedOf(params?.ref)
    default:
      return []
  }
}

/** The subscriptions of 2026-07-28, in the place of `resources/subscribe`. */
function listenedTo(notifications: unknown): readonly Target[] {
  if (typeof notifications !== 'object' || notifications === null) return []
  const uris: unknown = Reflect.get(notifications, 'resourceSubscriptions') ?? []
  const named: readonly unknown[] = Array.isArray(uris) ? uris : [uris]
  return named.map((uri) => ({ kind: 'resource', name: textOf(uri) }))
}

/** Completion tells values of what it completes. */
function completedOf(ref: unknown): readonly Target[] {
  const { type, name, uri }: { type?: unknown; name?: unknown; uri?: unknown } =
    typeof ref === 'object' && ref !== null ? ref : {}
  switch (type) {
    case 'ref/prompt':
      return [{ kind: 'prompt', name: textOf(name) }]
    case 'ref/resource':
      return [{ kind: 'resource', name: completedUri(uri) }]
    default: // whoever completes it all the same may take it for either
      return [
        { kind: 'prompt', name: undefined },
        { kind: 'resource', name: undefined },
      ]
  }
}

/** What fills a template in may lead to any resource, under whatever rule. */
function completedUri(uri: unknown): string | undefined {
  const text = textOf(uri)
  return text?.includes('{') ? undefined : text
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
