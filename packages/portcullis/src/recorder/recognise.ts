import { type ClientProfile, profiles } from '@portcullis/clients'
import type { Attempt } from './attempt.ts'
import { serviceAt } from './network.ts'
import { familiesOf, familyOf, isRuntime } from './user-agents.ts'

/** Which client it is, as far as what is known of real clients tells. */
export interface Recognised {
  /** What is known of it; `undefined` where several fit equally, or none. */
  profile?: ClientProfile
  /** `proved`: only that client gets the code. `likely`: it says so in ways of its own. `guess`: it could be another. */
  sureness: 'proved' | 'likely' | 'guess' | 'unknown'
  /** By what, in words. */
  by: readonly string[]
  /** Which others it may be, by name. */
  others: readonly string[]
}

/** As people call it: `Claude` of `Claude (claude.ai, Desktop, mobile, Cowork)`. */
export function shortNameOf({ name }: ClientProfile): string {
  return name.replace(/ \(.*$/s, '')
}

type Known = Pick<Attempt, 'agents' | 'addresses' | 'clientIds' | 'clientName' | 'redirectUris'>

/** The client whose signs weigh most; none where several weigh the same. */
export function recognise(known: Known): Recognised {
  const scored = profiles
    .map((profile) => ({ profile, signs: signsOf(profile, known) }))
    .map((each) => ({ ...each, weight: each.signs.reduce((sum, { weight }) => sum + weight, 0) }))
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
  const [best] = scored
  if (best === undefined) return { sureness: 'unknown', by: [], others: [] }
  const equal = scored.filter(({ weight }) => weight === best.weight)
  const by = best.signs.map(({ what }) => what)
  if (equal.length > 1) return { sureness: 'unknown', by, others: equal.map(({ profile }) => shortNameOf(profile)) }
  return { profile: best.profile, sureness: surenessOf(best.weight), by, others: [] }
}

const weights = { document: 1000, destination: 500, egress: 100, agent: 60, name: 20, loopback: 5, runtime: 1 } as const

function surenessOf(weight: number): Recognised['sureness'] {
  if (weight >= weights.destination) return 'proved'
  return weight > weights.name ? 'likely' : 'guess'
}

function signsOf(profile: ClientProfile, known: Known): { what: string; weight: number }[] {
  const { registration } = profile
  const signs: { what: string; weight: number }[] = []
  const add = (is: boolean, what: string, weight: number) => is && signs.push({ what, weight })
  const document = registration?.documentUrl?.value
  add(document !== undefined && known.clientIds.includes(document), 'the document that describes it', weights.document)
  const templates = registration?.redirectUris?.value ?? []
  const matching = templates.filter((template) => known.redirectUris.some((uri) => fits(template, uri)))
  add(matching.some(isOfVendor), 'where the code is sent', weights.destination)
  const isOfItsForm = matching.some((template) => !isOfVendor(template) && !common.test(template))
  add(isOfItsForm && !matching.some(isOfVendor), 'the form of its redirect URI', weights.loopback)
  const isHosted = profile.runs.value === 'hosted'
  add(
    isHosted && known.addresses.some((address) => serviceAt(address)?.id === profile.id),
    'the network address, which its maker publishes',
    weights.egress,
  )
  const own = familiesOf(profile)
  const seen = known.agents.map(familyOf)
  add(
    seen.some((family) => !isRuntime(family) && own.includes(family)),
    'its User-Agent',
    weights.agent,
  )
  add(
    seen.some((family) => isRuntime(family) && own.includes(family)),
    'a User-Agent that others have too',
    weights.runtime,
  )
  // It is known to speak under a name of its own, and does not.
  const isKnownOtherwise = own.some((family) => !isRuntime(family)) && seen.length > 0
  const isContrary = isKnownOtherwise && !seen.some((family) => own.includes(family))
  if (isContrary && !signs.some(({ weight }) => weight >= weights.destination)) return []
  const name = registration?.clientName?.value
  add(name !== undefined && known.clientName !== undefined && fits(name, known.clientName), 'its name', weights.name)
  return signs
}

/** Paths that many clients have. */
const common = /^http:\/\/[^/]*\/(callback)?$/

/** An https address that nobody else has: codes that go there reach that client alone. */
function isOfVendor(template: string): boolean {
  return template.startsWith('https://') && !/^https:\/\/[^/]*\{/.test(template)
}

/** `{…}` stands for what differs each time. */
function fits(template: string, text: string): boolean {
  const known = patterns.get(template) ?? patternOf(template)
  patterns.set(template, known)
  return known.test(text)
}

/** Of the profiles, which are few: a stranger may have each request compared with all of them. */
const patterns = new Map<string, RegExp>()

function patternOf(template: string): RegExp {
  const pattern = template
    .split(/\{[^}]*\}/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^/]+')
  return new RegExp(`^${pattern}$`)
}
