/** On this machine `localhost` and `127.0.0.1` are both typed: each gets metadata of its own (law 2). */
export function loopbackNames(publicUrl: string): readonly string[] {
  const { protocol, hostname, host } = new URL(publicUrl)
  if (hostname !== 'localhost') return []
  return [publicUrl.replace(`${protocol}//${host}`, `${protocol}//${host.replace('localhost', '127.0.0.1')}`)]
}
