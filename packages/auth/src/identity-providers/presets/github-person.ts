import { SignInFailure, unavailable } from '../sign-in-failure.ts'
import { type ApiAnswer, askApi, objectsOf } from './ask-api.ts'
import type { Claims, Facts, Upstream } from './preset.ts'
import { emailOf, textOf } from './read-claims.ts'

const mostPages = 10 // of a hundred each

/**
 * Who somebody is at GitHub: by its API (https://docs.github.com/rest/users/users, …/users/emails, …/orgs/orgs, …/teams/teams; how far each was read, and when,
 * stands in `test/identity-providers/answers/github.json`).
 * A login can be given up and taken by somebody else, so the number is the person. Throws `SignInFailure`.
 */
export async function githubPerson(
  upstream: Upstream,
  { api, organisations }: { api: string; organisations: readonly string[] | undefined },
): Promise<Facts> {
  const user = await userOf(upstream, api)
  const [emails, orgs, teams] = await Promise.all([
    listOf(upstream, `${api}/user/emails?per_page=100`),
    listOf(upstream, `${api}/user/orgs?per_page=100`),
    listOf(upstream, `${api}/user/teams?per_page=100`),
  ])
  const logins = orgs.items.flatMap((org) => textOf(org, 'login') ?? [])
  if (organisations !== undefined && !organisations.some((each) => includesIgnoringCase(logins, each)))
    throw new SignInFailure(
      'wrong_organisation',
      'This GitHub account is a member of none of the organisations that may sign in here',
      {
        told: orgs.isWhole ? undefined : 'GitHub did not list the organisations',
      },
    )
  const primary = emails.items.find((email) => email.primary === true)
  return {
    issuer: upstream.issuer,
    subject: String(user.id),
    userName: textOf(user, 'login'),
    name: textOf(user, 'name'),
    email: primary && emailOf(primary, { isVerified: primary.verified === true }),
    groups: [...logins, ...teams.items.flatMap(teamName)],
    groupsIncomplete:
      orgs.isWhole && teams.isWhole
        ? undefined
        : 'GitHub did not list all organisations and teams: the app needs the scope read:org, and the approval of the organisation',
    claims: Object.fromEntries(toldOfUser.filter((name) => user[name] !== undefined).map((name) => [name, user[name]])),
  }
}

/** What rules may look at. The rest of the answer is about repositories and addresses of its API. */
const toldOfUser = [
  'id',
  'login',
  'name',
  'company',
  'location',
  'type',
  'created_at',
  'two_factor_authentication',
] as const

async function userOf(upstream: Upstream, api: string): Promise<Claims> {
  const answer = await ask(upstream, `${api}/user`)
  const [user] = objectsOf([answer.body])
  if (answer.status === 401)
    throw new SignInFailure('code_refused', 'GitHub does not accept the access token: it was revoked, or has expired')
  if (answer.status !== 200 || typeof user?.id !== 'number')
    throw unavailable(`GitHub answered ${answer.status} when it was asked who you are`)
  return user
}

/** A list, all pages of it. An app that may not see it gets none. */
async function listOf(upstream: Upstream, first: string): Promise<{ items: readonly Claims[]; isWhole: boolean }> {
  const items: Claims[] = []
  let url: string | undefined = first
  for (let page = 0; page < mostPages && url !== undefined; page += 1) {
    const answer: ApiAnswer = await ask(upstream, url)
    if (answer.status !== 200) return { items, isWhole: false }
    items.push(...objectsOf(answer.body))
    url = nextOf(answer.headers.get('link') ?? '', first)
  }
  return { items, isWhole: url === undefined }
}

async function ask(upstream: Upstream, url: string): Promise<ApiAnswer> {
  const answer = await askApi(upstream, url, { accept: 'application/vnd.github+json' })
  if (answer.status === 403 && answer.headers.get('x-ratelimit-remaining') === '0')
    throw unavailable('GitHub was asked too often, and answers later')
  return answer
}

/** The next page, at the same host: the access token goes nowhere else. */
function nextOf(link: string, first: string): string | undefined {
  const [, next] = /<([^>]+)>;\s*rel="next"/.exec(link) ?? []
  return next !== undefined && URL.canParse(next) && new URL(next).origin === new URL(first).origin ? next : undefined
}

function teamName(team: Claims): readonly string[] {
  const slug = textOf(team, 'slug')
  const [organisation] = objectsOf([team.organization])
  const login = organisation && textOf(organisation, 'login')
  return slug === undefined || login === undefined ? [] : [`${login}/${slug}`]
}

function includesIgnoringCase(list: readonly string[], wanted: string): boolean {
  return list.some((each) => each.toLowerCase() === wanted.toLowerCase())
}
