/** The style sheet of every page. It loads nothing. */
export const style = `
:root{color-scheme:light dark;--ink:#1b1f24;--page:#fff;--soft:#f4f6f8;--line:#d0d7de;--faint:#57606a;--link:#0550ae;--good:#116329;--bad:#a40e26;--wait:#7a4d00}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--page:#0d1117;--soft:#161b22;--line:#3d444d;--faint:#9aa4b0;--link:#79c0ff;--good:#7ee787;--bad:#ffa198;--wait:#f2cc60}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:56rem;padding:1rem;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
header,footer{display:flex;flex-wrap:wrap;gap:.25rem 1rem;justify-content:space-between;color:var(--faint);font-size:.9rem}
header{border-bottom:1px solid var(--line);padding-bottom:.5rem}
footer{border-top:1px solid var(--line);margin-top:2rem;padding-top:.5rem}
h1{font-size:1.5rem;line-height:1.25;margin:1rem 0 .5rem}
h2{font-size:1.15rem;margin:1.75rem 0 .5rem}
h3{font-size:1rem;margin:1rem 0 .25rem}
p{margin:.5rem 0}
a{color:var(--link)}
a:focus-visible,button:focus-visible,input:focus-visible,textarea:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--link);outline-offset:2px}
code,pre,textarea.code{font-family:ui-monospace,SFMono-Regular,Menlo,monospace;font-size:.875em}
pre{background:var(--soft);border:1px solid var(--line);border-radius:6px;margin:.25rem 0;padding:.5rem;white-space:pre-wrap}
td,dd,p,li,summary,label{unicode-bidi:isolate}
dl{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.25rem 1rem;margin:.5rem 0}
dt{color:var(--faint)}
dd{margin:0}
table{border-collapse:collapse;width:100%}
caption{text-align:left;color:var(--faint);font-size:.9rem}
th,td{border-bottom:1px solid var(--line);padding:.4rem .75rem .4rem 0;text-align:left;vertical-align:top}
th{font-weight:600}
thead th{color:var(--faint);font-size:.9rem}
tbody th{min-width:10rem}
th .faint{font-weight:400}
time{white-space:nowrap}
.wide{overflow-x:auto}
.words{white-space:pre-line}
.d1{padding-left:1rem}.d2{padding-left:2rem}.d3{padding-left:3rem}
.faint{color:var(--faint)}
.state{font-weight:600;white-space:nowrap}
.good{color:var(--good)}.bad{color:var(--bad)}.wait{color:var(--wait)}
.banner{background:var(--soft);border:1px solid var(--line);border-left:.4rem solid var(--faint);border-radius:6px;margin:1rem 0;padding:.5rem 1rem}
.banner.good{border-left-color:var(--good);color:inherit}.banner.bad{border-left-color:var(--bad);color:inherit}.banner.wait{border-left-color:var(--wait);color:inherit}
#stale{bottom:.5rem;position:sticky}
fieldset{border:1px solid var(--line);border-radius:6px;margin:1rem 0;min-width:0;padding:.5rem 1rem}
legend{font-weight:600;padding:0 .25rem}
label{display:block;margin-top:.75rem}
.choice{margin-top:0;display:inline-flex;align-items:center;gap:.4rem;margin-right:1.5rem;min-height:2.25rem}
input[type=radio]{width:1.15rem;height:1.15rem;margin:0}
input[type=text],textarea{background:var(--page);border:1px solid var(--faint);border-radius:6px;color:inherit;display:block;font:inherit;margin:.25rem 0;padding:.4rem .5rem;width:100%}
.hint{color:var(--faint);font-size:.9rem;margin:0}
button{background:var(--ink);border:1px solid var(--ink);border-radius:6px;color:var(--page);cursor:pointer;font:inherit;font-weight:600;min-height:2.75rem;padding:.4rem 1.25rem}
p:has(>button){margin-top:1rem}
button.quiet{background:var(--page);border-color:var(--faint);color:var(--ink)}
button[disabled]{cursor:not-allowed;opacity:.5}
details{margin:.25rem 0}
summary{cursor:pointer}
.plots{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));margin:1rem 0}
figure{margin:0;min-width:0}
figure svg{display:block;height:auto;max-width:100%}
[hidden]{display:none}
@media (max-width:36rem){
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tr,tbody th,td{display:block;min-width:0}
tr{border-bottom:1px solid var(--line);padding:.4rem 0}
th,td{border:0;padding-block:.1rem}
[aria-label^=Gates] tr{display:grid;grid-template-columns:1fr auto;gap:0 .75rem}
[aria-label^=Gates] td{padding-right:0}
[aria-label^=Gates] td:last-child{grid-column:1/-1}
.d1~td:last-child{padding-left:1rem}.d2~td:last-child{padding-left:2rem}.d3~td:last-child{padding-left:3rem}
dl{grid-template-columns:1fr;gap:0}
dd{margin-bottom:.4rem}
}
`.trim();
