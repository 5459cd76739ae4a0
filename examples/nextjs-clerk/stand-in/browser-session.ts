import { type Instance, personOf } from './instance.ts'
import { page, signInPage } from './pages.ts'
import { handshakeToken, id, sessionToken } from './tokens.ts'

/** `POST /sign-in`: a browser that is somebody's from then on. */
export async function signIn(instance: Instance, request: Request): Promise<Response> {
  const { identifier, password, to } = Object.fromEntries(await request.formData())
  const target = new URL(String(to), instance.issuer)
  if (!isOnThisMachine(target)) return page('That is not an address of this machine', '', 400)
  const person = instance.people.find((each) => each.username === identifier && each.password === password)
  if (person === undefined) return signInPage(String(to), 'Name or password is not right.')
  const browser = id(32)
  instance.browsers.set(browser, person)
  // An instance in development tells the application by this that there is a session to ask for.
  if (target.origin !== instance.issuer) target.searchParams.set('__clerk_db_jwt', `dvb_${id(27)}`)
  const headers = { location: target.href, 'set-cookie': `__client=${browser}; Path=/; HttpOnly; SameSite=Lax` }
  return new Response(undefined, { status: 303, headers })
}

/** `GET /v1/client/handshake`: the cookies by which `clerkMiddleware` knows who looks, for the application to set. */
export async function handshake(instance: Instance, request: Request): Promise<Response> {
  const target = new URL(new URL(request.url).searchParams.get('redirect_url') ?? '', instance.issuer)
  if (!isOnThisMachine(target)) return page('That is not an address of this machine', '', 400)
  const person = personOf(instance, request)
  const session = person === undefined ? undefined : await sessionToken(target.origin, instance.issuer, person.id)
  const token = await handshakeToken([
    `__clerk_db_jwt=dvb_${id(27)}; Path=/; SameSite=Lax`,
    `__client_uat=${session === undefined ? 0 : Math.floor(Date.now() / 1000) - 1}; Path=/; SameSite=Lax`,
    session === undefined ? '__session=; Path=/; Max-Age=0' : `__session=${session}; Path=/; SameSite=Lax`,
  ])
  target.searchParams.set('__clerk_handshake', token)
  return new Response(undefined, { status: 307, headers: { location: target.href } })
}

function isOnThisMachine({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && (hostname === 'localhost' || hostname === '127.0.0.1')
}
