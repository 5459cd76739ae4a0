import { createHash } from 'node:crypto'

/** How the console looks: colours are those of the pages that people see, the space is for somebody who works in it. */
export const styleSheet = `
:root{color-scheme:light dark;--ground:#f2f4f7;--card:#fff;--ink:#18212d;--soft:#536072;--line:#d5dbe3;--edge:#7d8a9b;--tint:#f5f7fa;
--accent:#1d4fb8;--on:#fff;--hover:#163f96;--good:#e6f4ea;--good-ink:#14532d;--warn:#fff6e0;--warn-ink:#553900;--bad:#fdeceb;--bad-ink:#7c1d13;--bad-line:#c03a2b;--wait:#e8eefb;--wait-ink:#173f92}
@media(prefers-color-scheme:dark){:root{--ground:#0e1319;--card:#171e27;--ink:#e9eef4;--soft:#a3b0bf;--line:#2c3644;--edge:#6d7c8e;--tint:#1d2530;
--accent:#8ab0ff;--on:#0b1626;--hover:#a9c6ff;--good:#12301f;--good-ink:#b6e6c6;--warn:#2b2310;--warn-ink:#f4dfae;--bad:#331917;--bad-ink:#ffcdc6;--bad-line:#e5695b;--wait:#1a2743;--wait-ink:#c3d6ff}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:.9375rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
a{color:var(--accent);text-underline-offset:.15em}
code,.at,time{font-variant-numeric:tabular-nums}
code,.at{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.9em}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:1}
.top{background:var(--card);border-bottom:1px solid var(--line)}
.top>div,main,footer{max-width:76rem;margin:0 auto;padding:0 1.5rem}
.top .who{display:flex;flex-wrap:wrap;align-items:center;gap:.1rem .6rem;min-height:3.5rem}
.top .who svg{width:26px;height:26px;flex:none;color:var(--accent)}
.top .who b{font-weight:600}.top .who span{color:var(--soft)}
.top .who .me{margin-left:auto;text-align:right;font-size:.875rem}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:0 .25rem;margin:0 -.75rem;padding:0 0 .25rem}
nav a{display:block;padding:.55rem .75rem;min-height:2.5rem;border-radius:8px;color:var(--ink);text-decoration:none}
nav a:hover{background:var(--tint)}
nav a[aria-current]{color:var(--accent);font-weight:600;box-shadow:inset 0 -2px var(--accent);border-radius:8px 8px 0 0}
main{padding-top:1.5rem;padding-bottom:3rem}
h1{font-size:1.5rem;line-height:1.25;font-weight:650;letter-spacing:-.012em;margin:0 0 .25rem;text-wrap:balance}
h2{font-size:1.0625rem;line-height:1.35;font-weight:600;margin:2rem 0 .6rem}
h3{font-size:.9375rem;margin:0 0 .25rem}
p{margin:0 0 .75rem}
.soft,small{color:var(--soft)}small{font-size:.8125rem}
.head{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:flex-end;justify-content:space-between;margin:0 0 1rem}
.head p{margin:0}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1rem 1.25rem;margin:0 0 1rem}
.card>:last-child{margin-bottom:0}
.grid{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,13rem),1fr));margin:0 0 1rem;padding:0;list-style:none}
.grid .card{margin:0}.grid a{display:block;color:inherit;text-decoration:none}.grid a:hover{text-decoration:underline}
.figure{color:var(--accent);font-size:1.75rem;line-height:1.2;font-weight:650;font-variant-numeric:tabular-nums;display:block}
table{width:100%;border-collapse:separate;background:var(--card);border:1px solid var(--line);border-radius:12px;border-spacing:0;overflow:hidden;margin:0 0 1rem}
th{text-align:left;font-size:.8125rem;font-weight:600;color:var(--soft);padding:.6rem .9rem;border-bottom:1px solid var(--line);background:var(--tint);white-space:nowrap}
td{padding:.65rem .9rem;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child td{border-bottom:0}
td small{display:block}td.whole{overflow-wrap:break-word}
thead td{background:var(--tint)}td.act{text-align:right;width:1%}td.act .button{overflow-wrap:normal}td.act .row{justify-content:flex-end}
td.act form+form{margin-top:.4rem}
.tag{display:inline-block;padding:.1rem .55rem;border-radius:99px;font-size:.8125rem;font-weight:600;background:var(--tint);color:var(--ink);white-space:nowrap}
.note{padding:.85rem 1.1rem;border-radius:10px;background:var(--card);border:1px solid var(--line);margin:0 0 1rem}
.good{background:var(--good);color:var(--good-ink)}.warn{background:var(--warn);color:var(--warn-ink)}.bad{background:var(--bad);color:var(--bad-ink)}.wait{background:var(--wait);color:var(--wait-ink)}
.note.good,.note.warn,.note.bad,.note.wait{border-color:transparent}
.note>:last-child{margin-bottom:0}.note>h2{margin-top:0}
.note .soft,.note small{color:inherit}
.facts{display:grid;grid-template-columns:fit-content(40%) minmax(0,1fr);gap:.45rem 1.25rem;margin:0 0 1rem}.facts>div{display:contents}
.facts dt{color:var(--soft)}.facts dd{margin:0}.facts:empty{display:none}
form{margin:0}
.filter{display:flex;flex-wrap:wrap;gap:.6rem;align-items:flex-end;margin:0 0 1rem}
.filter label,.field label{display:block;font-size:.8125rem;font-weight:600;color:var(--soft);margin:0 0 .2rem}
.field{margin:0 0 .9rem;max-width:30rem}
input:not([type=hidden],[type=checkbox]),select,textarea{width:100%;min-height:2.75rem;padding:.45rem .7rem;font:inherit;color:inherit;background:var(--card);border:1px solid var(--edge);border-radius:8px}
button,.button{display:inline-flex;align-items:center;min-height:2.75rem;padding:.5rem 1rem;font:inherit;font-weight:600;text-decoration:none;border-radius:8px;cursor:pointer;border:1px solid var(--accent);background:var(--accent);color:var(--on)}
button:hover,.button:hover{background:var(--hover);border-color:var(--hover)}
.plain{background:var(--card);color:var(--ink);border-color:var(--edge)}.plain:hover{background:var(--tint);border-color:var(--edge)}
.danger{background:var(--card);color:var(--bad-ink);border-color:var(--bad-line)}.danger:hover{background:var(--bad);border-color:var(--bad-line)}
.steps{margin:0 0 1rem;padding-left:1.25rem}.steps li{margin:0 0 .35rem}
.links{list-style:none;margin:0 0 1rem;padding:0}.links li{margin:0 0 .35rem}
.secret{display:block;padding:.75rem 1rem;border:1px dashed var(--edge);border-radius:8px;background:var(--tint);margin:0 0 1rem}
summary{cursor:pointer;padding:.6rem 0;margin:1rem 0 .5rem}
.row{display:flex;flex-wrap:wrap;gap:.6rem;align-items:center}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.timeline{list-style:none;margin:0 0 1rem;padding:0}
.timeline li{position:relative;display:grid;grid-template-columns:6.5rem 1fr;gap:0 1.75rem;padding:0 0 1.1rem}
.timeline li::before{content:"";position:absolute;left:7.05rem;top:.45rem;width:.7rem;height:.7rem;border-radius:50%;background:var(--accent);border:2px solid var(--ground);z-index:1}
.timeline li::after{content:"";position:absolute;left:calc(7.4rem - 1px);top:.6rem;bottom:-.5rem;width:2px;background:var(--line)}
.timeline li:last-child::after{display:none}
.timeline li.missing::before{background:var(--ground);border-color:var(--bad-line)}
.timeline li.next::before{background:var(--ground);border-color:var(--accent)}
.timeline li.refused::before{background:var(--bad-line)}
.timeline time,.timeline li>span{color:var(--soft);font-size:.8125rem;text-align:right;padding-top:.1rem}
.timeline p{margin:0 0 .15rem}
pre{margin:0 0 1rem;padding:1rem;overflow:auto;background:var(--card);border:1px solid var(--line);border-radius:12px;font-size:.8125rem}
footer{padding-bottom:2rem;font-size:.8125rem;color:var(--soft)}
@media(max-width:48rem){.top>div,main,footer{padding-left:1rem;padding-right:1rem}
table,tbody,tr,td{display:block}thead{display:none}
table{border:0;background:none;border-radius:0;overflow:visible}.tag{white-space:normal}
tr{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:.6rem 1rem;margin:0 0 .75rem}
td{border:0;padding:.25rem 0;display:grid;grid-template-columns:5.5rem minmax(0,1fr);gap:0 .75rem}td:has(>div:empty){display:none}
td::before{content:attr(data-label);color:var(--soft);font-size:.8125rem}
td.act .row{justify-content:flex-start}td.act{display:block;width:auto;text-align:left;padding-top:.5rem}td.act::before{content:none}
td>*{grid-column:2}
.facts{grid-template-columns:minmax(0,1fr)}.facts dd{margin:0 0 .4rem}
.timeline li{grid-template-columns:1fr;padding-left:1.5rem}.timeline li::before{left:0}.timeline li::after{left:calc(.35rem - 1px)}.timeline time,.timeline li>span{text-align:left}}
@media(min-width:70rem){td.act .row{flex-wrap:nowrap}td.act .button{white-space:nowrap}}
@media(forced-colors:active){.tag,.note{border:1px solid}.timeline li::before{background:CanvasText}}
@media(prefers-reduced-motion:no-preference){.fresh{animation:fresh 1.5s}@keyframes fresh{from{background:var(--wait)}}}
`

/** Where it is served: the name changes with what is in it, so that browsers may keep it for good. */
export const styleSheetPath = `/console/style-${createHash('sha256').update(styleSheet).digest('base64url').slice(0, 12)}.css`
