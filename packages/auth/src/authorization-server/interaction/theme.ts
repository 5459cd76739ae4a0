import { html } from './html.ts'

/**
 * How the pages look: one style sheet, sent inside each page, by whose nonce alone the content security policy lets it through.
 * Every pair of text and ground has a contrast of at least 4.5 to 1 (WCAG 2.2 §1.4.3), in both colour schemes.
 */

/** The style sheet of every page. */
export const styleSheet = html`
:root{color-scheme:light dark;--ground:#f2f4f7;--card:#fff;--ink:#18212d;--soft:#536072;--line:#d5dbe3;--field:#fff;--edge:#7d8a9b;
--accent:#1d4fb8;--on:#fff;--hover:#163f96;--warn:#fff6e0;--warn-line:#b97a00;--warn-ink:#553900;--bad:#fdeceb;--bad-line:#c03a2b;--bad-ink:#7c1d13;--tint:#f5f7fa}
@media(prefers-color-scheme:dark){:root{--ground:#0e1319;--card:#171e27;--ink:#e9eef4;--soft:#a3b0bf;--line:#2c3644;--field:#0f151c;--edge:#6d7c8e;
--accent:#8ab0ff;--on:#0b1626;--hover:#a9c6ff;--warn:#2b2310;--warn-line:#d29a2a;--warn-ink:#f4dfae;--bad:#331917;--bad-line:#e5695b;--bad-ink:#ffcdc6;--tint:#1d2530}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;min-height:100vh;min-height:100dvh;display:flex;flex-direction:column;align-items:center;justify-content:center;padding:1.5rem 1rem;
background:var(--ground);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
main{width:100%;max-width:30rem;background:var(--card);border:1px solid var(--line);border-radius:16px;padding:2rem;box-shadow:0 1px 2px rgb(16 24 40/.05),0 12px 32px -12px rgb(16 24 40/.14)}
.mark{display:flex;align-items:center;gap:.6rem;margin:0 0 1.5rem;font-weight:600;font-size:.9375rem;color:var(--soft)}
.mark svg{width:28px;height:28px;flex:none;color:var(--accent)}
h1{font-size:1.5rem;line-height:1.25;font-weight:650;letter-spacing:-.012em;margin:0 0 .5rem;text-wrap:balance}
h2{font-size:1.0625rem;line-height:1.4;font-weight:600;margin:1.75rem 0 .6rem}
p{margin:0 0 1rem}
main>:last-child,form:not(.ask)>:last-child,section>:last-child,.note>:last-child{margin-bottom:0}
.soft,small{color:var(--soft);font-size:.875rem}
a{color:var(--accent);text-underline-offset:.15em}
code,.at{font:.9375em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
pre{margin:0 0 1rem;padding:.75rem 1rem;border-radius:10px;background:var(--tint);white-space:pre-wrap}h3{font-size:1rem;line-height:1.4;margin:1.5rem 0 .35rem}
.facts{margin:1.25rem 0;border:1px solid var(--line);border-radius:12px;background:var(--tint);padding:.2rem 1rem}
.facts div{padding:.5rem 0}
.facts div+div{border-top:1px solid var(--line)}
dt{font-size:.8125rem;color:var(--soft)}
dd{margin:.1rem 0 0;font-weight:500}
dd small{display:block;font-weight:400}
.sides{margin:1rem 0 0}.sides .facts{margin:0 0 1rem}
.sides .facts div{display:grid;grid-template-columns:6.5rem 1fr;gap:0 .75rem;align-items:baseline}
.sides .facts dd{margin:0;line-height:1.4}
.note.first{margin:.75rem 0 1rem;padding:.6rem .9rem;font-size:.875rem;line-height:1.45}
.sides h2{margin-top:0}
.bar{position:sticky;bottom:0;margin:0 -2rem -2rem;padding:1rem 2rem;border-top:1px solid var(--line);border-radius:0 0 16px 16px;background:var(--card)}
.bar .choice{margin:0}
html:has(.bar){scroll-padding-bottom:7rem}html:has(.bar .tick){scroll-padding-bottom:13rem}
.at{font-weight:650}
ul.list{list-style:none;margin:0 0 1.25rem;padding:0}
.list li{position:relative;padding:.3rem 0 .3rem 1.75rem}
.list li::before{content:"";position:absolute;left:.35rem;top:.75rem;width:.65rem;height:.32rem;border:solid var(--accent);border-width:0 0 2px 2px;transform:rotate(-45deg)}
.list:has(.pick){margin-bottom:.5rem}.list:has(.pick) li{padding-left:2.125rem}.list .pick.pick{padding:0}.list .pick::before{content:none}
.pick .tick{align-items:flex-start;margin:0;padding:.45rem 0}.pick .tick input{margin-top:.05rem}
.rows{list-style:none;margin:0 0 1rem;padding:0;border-top:1px solid var(--line)}
.rows li{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;justify-content:space-between;padding:.75rem 0;border-bottom:1px solid var(--line)}
.rows div{flex:1 1 8rem;min-width:0}.rows form{flex:none;max-width:100%}.rows small{display:block}
.client{margin:1.5rem 0;padding:1.25rem 0 0;border-top:2px solid var(--line)}.client h2{margin:0 0 .25rem;font-size:1.125rem}.client h2 small{display:block;font-weight:400}.client .soft{margin-bottom:.75rem}.client .rows li{align-items:flex-start}
summary{cursor:pointer;font-size:.875rem;padding:.35rem 0}.rows details ul{list-style:none;margin:0;padding:0}.rows details li{display:block;padding:.1rem 0;border:0}.rows details small{display:inline}
.note{margin:1.25rem 0;padding:.85rem 1rem;border-radius:10px;border-left:4px solid var(--accent);background:var(--tint);font-size:.9375rem}
.note p{margin:0 0 .25rem}
.warn{border-color:var(--warn-line);background:var(--warn);color:var(--warn-ink)}
.bad{border-color:var(--bad-line);background:var(--bad);color:var(--bad-ink)}
label{display:block;font-weight:550;margin:0 0 .35rem}
label small{font-weight:400}
.field{margin:0 0 1.1rem}
.field small{display:block;margin:.35rem 0 0}
input:not([type=hidden],[type=checkbox]){width:100%;min-height:48px;padding:.6rem .85rem;font:inherit;color:inherit;background:var(--field);border:1px solid var(--edge);border-radius:10px}
.wrong{margin:.35rem 0 0;color:var(--bad-ink);font-size:.9375rem;font-weight:550}
[aria-invalid=true]{border-color:var(--bad-line)!important}
input[readonly]{background:var(--tint)!important}
.tick{display:flex;gap:.75rem;align-items:center;min-height:44px;margin:0 0 .75rem;font-weight:400;line-height:1.4}
.tick input{width:1.375rem;height:1.375rem;flex:none;margin:0;accent-color:var(--accent)}
.after{margin:1.25rem 0 0}.after+.soft{margin-top:1rem}
.choice{display:grid;grid-template-columns:1fr 1fr;gap:.75rem;margin:1.5rem 0 0}
button,.button{display:block;width:100%;min-height:48px;padding:.7rem 1rem;font:inherit;font-weight:600;text-align:center;text-decoration:none;border-radius:10px;cursor:pointer;
border:1px solid var(--accent);background:var(--accent);color:var(--on)}
button:hover,.button:hover{background:var(--hover);border-color:var(--hover)}
button.plain{background:var(--card);color:var(--ink);border-color:var(--edge)}
button.plain:hover{background:var(--tint)}
button.small{width:auto;min-height:44px;padding:.35rem .9rem;flex:none}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.note .choice{margin:.75rem 0 0}
footer{max-width:30rem;width:100%;margin:1.25rem 0 0;text-align:center;font-size:.8125rem;color:var(--soft)}
@media(min-width:56rem){main:has(.sides){max-width:54rem}.sides{display:grid;grid-template-columns:1fr 1fr;gap:0 2rem}.bar .choice{grid-template-columns:12rem 12rem;justify-content:end}}
@media(max-width:30rem){body{padding:0;justify-content:flex-start;background:var(--card)}main{border:0;border-radius:0;box-shadow:none;padding:1.25rem 1.25rem 1.25rem}.bar{margin:0 -1.25rem -1.25rem;padding:.75rem 1.25rem;border-radius:0}.mark{margin:0 0 1rem}h1{font-size:1.3125rem}footer{padding:0 1.25rem 1.25rem;margin-top:auto}}
@media(max-width:22rem){.choice{grid-template-columns:1fr}.bar .choice{grid-template-columns:1fr 1fr}.sides .facts div{grid-template-columns:1fr}}
@media(max-height:22rem){.bar{position:static}html:has(.bar){scroll-padding-bottom:0}}
@media(forced-colors:active){.note,.facts{border:1px solid}button{border:2px solid}}
`
