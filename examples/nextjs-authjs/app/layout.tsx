import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import './style.css'

export const metadata: Metadata = { title: { default: 'Marginalia', template: '%s · Marginalia' }, icons: '/logo.svg' }

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <header>
          <a href="/">
            {/* biome-ignore lint/performance/noImgElement: an SVG of some bytes has nothing to be made smaller */}
            <img src="/logo.svg" alt="" width="28" height="28" /> Marginalia
          </a>
        </header>
        {children}
      </body>
    </html>
  )
}
