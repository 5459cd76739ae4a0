const units = [
  { name: 'day', seconds: 86_400 },
  { name: 'hour', seconds: 3600 },
  { name: 'minute', seconds: 60 },
] as const

/** `seconds` as a person says it, in the largest unit that gives a whole number: `30 days`, `90 minutes`, `1 hour`. */
export function formatLifetime(seconds: number): string {
  const unit = units.find((each) => seconds >= each.seconds && seconds % each.seconds === 0) ?? {
    name: 'second',
    seconds: 1,
  }
  const count = seconds / unit.seconds
  return `${count} ${unit.name}${count === 1 ? '' : 's'}`
}
