export function redirect(location: string): Response {
  return new Response(undefined, { status: 303, headers: { location, 'cache-control': 'no-store' } })
}

export function json(body: object, status = 200): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } })
}

/** What is wrong, and what to do. */
export function refusal(error: string, nextStep: string, status = 400): Response {
  return json({ error, next_step: nextStep }, status)
}
