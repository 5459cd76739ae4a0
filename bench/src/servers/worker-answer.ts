/** What every worker of the table answers once it has let a request in. */
export function answerMcp(): Response {
  return Response.json({
    jsonrpc: '2.0',
    id: 1,
    result: { content: [{ type: 'text', text: 'You are alice, through the client bench.' }] },
  })
}
