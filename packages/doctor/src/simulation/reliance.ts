import type { ClientProfile, Fact } from '@portcullis/clients'

/** A profile that notes which of its weak values were read: a walk relies on what it reads. */
export interface WatchedProfile {
  readonly profile: ClientProfile
  /** Where in the profile the values of confidence L stand that were read so far, as `challenge.statuses`. */
  readWeak(): readonly string[]
}

export function watchProfile(profile: ClientProfile): WatchedProfile {
  const weak = new Set<string>()
  return { profile: watched(profile, [], weak), readWeak: () => [...weak] }
}

function watched<Part extends object>(part: Part, path: readonly string[], weak: Set<string>): Part {
  return new Proxy(part, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver)
      if (name === 'value' && isWeak(target)) weak.add(path.join('.'))
      if (typeof value !== 'object' || value === null || name === 'value') return value
      return watched(value, [...path, String(name)], weak)
    },
  })
}

function isWeak(part: object): boolean {
  return (part as Partial<Fact<unknown>>).confidence === 'L' // whatever else it is, it has none then
}
