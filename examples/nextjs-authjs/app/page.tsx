import type { Metadata } from 'next'
import { revalidatePath } from 'next/cache'
import { signOut } from '../lib/auth.ts'
import { addresses } from '../lib/mcp/addresses.ts'
import { addNote, deleteNote, listNotes } from '../lib/notes.ts'
import { settings } from '../lib/settings.ts'
import { viewerOf } from '../lib/viewer.ts'

export const metadata: Metadata = { title: 'Notes' }

export default async function Notes() {
  const { id: viewer, name } = await viewerOf('/')
  const notes = await listNotes(viewer)
  return (
    <main>
      <h1>Notes of {name}</h1>
      <form action={add} className="row">
        <input
          name="text"
          aria-label="A new note"
          placeholder="What do you think?"
          required
          maxLength={1000}
          autoComplete="off"
        />
        <button type="submit">Add</button>
      </form>
      <ul className="list">
        {notes.map(({ id, text }) => (
          <li key={id}>
            <span>{text}</span>
            <form action={remove}>
              <button type="submit" name="id" value={id} className="quiet" aria-label={`Delete “${text}”`}>
                Delete
              </button>
            </form>
          </li>
        ))}
      </ul>
      {notes.length === 0 && <p>Nothing yet.</p>}
      <p>
        Your assistant can read and write here: give it <code>{addresses(settings().origin).resource}</code>.{' '}
        <a href="/connections">Who has access</a>
      </p>
      <form action={leave}>
        <button type="submit" className="quiet">
          Sign out
        </button>
      </form>
    </main>
  )
}

async function add(form: FormData): Promise<void> {
  'use server'
  const text = String(form.get('text') ?? '').trim()
  if (text !== '') await addNote((await viewerOf('/')).id, text)
  revalidatePath('/')
}

async function remove(form: FormData): Promise<void> {
  'use server'
  await deleteNote((await viewerOf('/')).id, String(form.get('id')))
  revalidatePath('/')
}

async function leave(): Promise<void> {
  'use server'
  await signOut({ redirectTo: '/sign-in' })
}
