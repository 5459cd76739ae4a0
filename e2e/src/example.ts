import { inspectPage } from './inspect-page.ts'
import { createPerson } from './person.ts'
import { startWeb, whyNoBrowser } from './web.ts'

/** `node e2e/src/example.ts JSON`: the pages of an example that runs, in a browser: whatever is demanded of our own pages. See `scripts/examples/description.ts`. */
interface About {
  mcp: string
  pages: {
    signIn: { path: string; fields: Record<string, string>; button: string }
    public: Record<string, string>
    signedIn: Record<string, string>
  }
}

const { mcp, pages } = JSON.parse(process.argv[2] ?? '{}') as About // of the driver
const { origin } = new URL(mcp)
const missing = whyNoBrowser()
if (missing !== undefined) throw new Error(missing)
const web = await startWeb()
try {
  const somebody = await createPerson(web)
  const look = async (all: Record<string, string>) => {
    for (const [name, path] of Object.entries(all)) {
      await somebody.open(`${origin}${path}`)
      await inspectPage(somebody, { name })
      console.log(`  passed  ${name}`)
    }
  }
  await look(pages.public)
  await somebody.open(`${origin}${pages.signIn.path}`)
  await somebody.submit(pages.signIn.button, pages.signIn.fields)
  await look(pages.signedIn)
  await somebody.close()
} catch (failure) {
  console.error(failure instanceof Error ? failure.message : failure)
  process.exitCode = 1
} finally {
  await web.close()
}
