/** The style of the report, which follows the theme and the contrast that a person asks for. */

/** The colors that tell severities apart, on light grounds and on dark ones. */
const LIGHT =
  '--error:#b3001b;--warning:#8a5300;--information:#0757ba;--good:#116329;--error-ground:#ffebe9;--warning-ground:#fff4d6;--information-ground:#e6f1ff';
const DARK =
  '--error:#ff8f88;--warning:#f2bd55;--information:#8cc4ff;--good:#7ee0a0;--error-ground:#45191c;--warning-ground:#3c2e0b;--information-ground:#10294a';

/** An editor's theme is not that of the system, and is told by classes; both kinds of high contrast have a class in common. */
const EDITOR_THEME = `body[class*=vscode-]{--ground:var(--vscode-editor-background);--text:var(--vscode-editor-foreground);--quiet:var(--vscode-descriptionForeground);--line:var(--vscode-panel-border,var(--vscode-contrastBorder));--link:var(--vscode-textLink-foreground)}
body.vscode-light,body.vscode-high-contrast-light{color-scheme:light;${LIGHT}}
body.vscode-dark,body.vscode-high-contrast:not(.vscode-high-contrast-light){color-scheme:dark;${DARK}}
body.vscode-high-contrast{--quiet:var(--text);--line:var(--vscode-contrastBorder)}
body.vscode-high-contrast .missed.error{outline:2px solid}`;

/** Colors are named once; where colors are forced, the browser's own take their place. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--ground:#fff;--text:#1b1f24;--quiet:#57606a;--line:#d0d7de;--link:#0757ba;${LIGHT}}
@media(prefers-color-scheme:dark){:root{--ground:#15191e;--text:#e6edf3;--quiet:#9da7b3;--line:#39424d;--link:#79b8ff;${DARK}}}
@media(prefers-contrast:more){:root{--quiet:var(--text);--line:var(--text)}}
${EDITOR_THEME}
*{box-sizing:border-box}
body{margin:0;padding:1.5rem;background:var(--ground);color:var(--text);font:14px/1.5 system-ui,sans-serif}
body[class*=vscode-]{font-family:var(--vscode-font-family)}
h1{margin:0;font-size:1.6rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}
a{color:var(--link)}a:focus-visible,summary:focus-visible,select:focus-visible,button:focus-visible,.scroll:focus-visible{outline:3px solid var(--link);outline-offset:2px}
table{border-collapse:collapse}th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
.chart th,.chart td{vertical-align:middle}.chart td:nth-child(2){white-space:nowrap;text-align:right}.chart .bar{width:min(40vw,24rem)}
.bar svg{display:block;width:100%;height:1rem;border:1px solid var(--line)}.bar .all{fill:none}.bar .part{fill:var(--error)}
.scroll{position:relative;overflow:auto;max-width:100%;max-height:calc(100vh - 2rem)}
.workloads thead th{position:sticky;z-index:1;top:0;background:var(--ground);font-weight:600;max-width:7rem;vertical-align:bottom;box-shadow:0 1px var(--line)}.workloads thead a{color:inherit}
.workloads thead button:not([hidden]){display:block}.workloads thead button{border-color:transparent;margin:.1rem 0 0 -.3rem;padding:0 .3rem;line-height:1.3}.workloads thead button:hover,.workloads thead [aria-sort] button{border-color:var(--quiet)}
.workloads thead button span:first-child::before{content:"\\21C5"}.workloads thead [aria-sort=ascending] button span:first-child::before{content:"\\2191"}.workloads thead [aria-sort=descending] button span:first-child::before{content:"\\2193"}
@media(min-width:480px){.workloads tr>th:first-child{position:sticky;left:0;z-index:1;background:var(--ground)}.workloads thead tr>th:first-child{z-index:2}}
[hidden]{display:none!important}
.workloads td{text-align:center;white-space:nowrap}.workloads tbody th{font-weight:400;min-width:16rem}
.name{font-weight:600}.namespace{color:var(--quiet)}
.missed.error{background:var(--error-ground);color:var(--error);font-weight:700}.missed.warning{background:var(--warning-ground);color:var(--warning)}.missed.information{background:var(--information-ground);color:var(--information)}
.workloads .missed{padding:0}.missed a{display:block;padding:.35rem .6rem;color:inherit}.followed{color:var(--good)}.none,.suppressed{color:var(--quiet)}
details ul{margin:.3rem 0;padding-left:1.2rem;max-width:48rem}code{font-size:.9em}
.filters{display:flex;flex-wrap:wrap;gap:.8rem 1.2rem;align-items:center;margin:.5rem 0 1rem}.filters[hidden]{display:none}
select,button{font:inherit;color:inherit;background:var(--ground);border:1px solid var(--quiet);border-radius:4px;padding:.2rem .5rem}
.legend span{padding:0 .25rem;margin-left:.6rem}
.apart{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media(forced-colors:active){.bar .part{fill:CanvasText;forced-color-adjust:none}.missed.error{outline:2px solid}}
@media print{.scroll{overflow:visible;max-height:none}.filters{display:none}body{padding:0}}
`;
