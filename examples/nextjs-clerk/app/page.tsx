import { connection } from 'next/server'
import { settings } from '../lib/settings.ts'

export default async function Home() {
  await connection() // the address is that of this machine, and not of the one where it was built
  const { resource } = settings()
  return (
    <main>
      <h1>Shelf</h1>
      <p>The books that you want to read. Your assistant can look after them: give it this address.</p>
      <p>
        <code>{resource}</code>
      </p>
      <ul>
        <li>
          ChatGPT: <em>Settings → Connectors → Create</em>
        </li>
        <li>
          Claude: <em>Settings → Connectors → Add custom connector</em>
        </li>
        <li>
          Claude Code: <code>claude mcp add --transport http shelf {resource}</code>
        </li>
      </ul>
      <a href="/books">Your books</a>
    </main>
  )
}
