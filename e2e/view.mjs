import { readFileSync } from 'node:fs'
import { chromium } from 'playwright-core'

const [out, width, ...files] = process.argv.slice(2)
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
const p = await b.newPage({ viewport: { width: 1560, height: 400 } })
await p.setContent(
  `<body style="margin:0;background:#888;display:flex;flex-wrap:wrap;gap:8px;align-items:flex-start">${files.map((f) => `<img src="data:image/webp;base64,${readFileSync(f).toString('base64')}" style="max-width:${width}px">`).join('')}</body>`,
)
await p.waitForTimeout(500)
await p.screenshot({ path: out, fullPage: true })
await b.close()
