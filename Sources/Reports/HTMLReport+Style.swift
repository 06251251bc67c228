extension HTMLReport {
  /// The style sheet: colors, then the page from top to bottom, then phones and paper.
  static let style = [
    colors, page, summary, findingStyle, figureStyle, galleryStyle, media,
  ]
  .joined(separator: "\n")

  private static let colors = """
    :root {
      --bg: #f5f5f1; --surface: #ffffff; --raised: #f8f8f5; --ink: #1b2027; --muted: #58606c;
      --line: #e5e5de; --line-strong: #b9b9ae; --accent: #2450a4;
      --pass: #17693d; --pass-bg: #e6f3eb; --warn: #855300; --warn-bg: #fbf1da;
      --fail: #b0271e; --fail-bg: #fbe9e7; --skipped: #58606c; --skipped-bg: #ecece7;
      --s1: #2f62b5; --s2: #c2571a; --s3: #24835f; --s4: #8348a0; --s5: #866716; --s6: #67717e;
      --attack: #c2571a; --certified: #2f62b5; --undecided: rgba(120, 115, 95, .13);
      --undecided-swatch: #dddbd2; --gap: rgba(194, 87, 26, .22); --gap-line: #c2571a;
      --heat-0: #eef3f0; --heat-1: #f6eede; --heat-2: #f6dcbc; --heat-3: #eeb78d;
      --heat-4: #dd7f55; --heat-5: #a93425;
      --heat-text-0: #1b2027; --heat-text-1: #1b2027; --heat-text-2: #1b2027;
      --heat-text-3: #1b2027; --heat-text-4: #1b2027; --heat-text-5: #ffffff;
      --shadow: 0 1px 2px rgba(30, 30, 20, .05), 0 4px 16px rgba(30, 30, 20, .04);
    }
    @media screen and (prefers-color-scheme: dark) {
      :root {
        --bg: #0f1216; --surface: #171b21; --raised: #1d222a; --ink: #e8eaee; --muted: #a3acb9;
        --line: #2a3038; --line-strong: #515a66; --accent: #93b4ff;
        --pass: #62cc8e; --pass-bg: #12291c; --warn: #e6b450; --warn-bg: #2d240f;
        --fail: #ff8b80; --fail-bg: #361a18; --skipped: #a3acb9; --skipped-bg: #242a32;
        --s1: #74a3ee; --s2: #f0975a; --s3: #5cc59d; --s4: #c493dc; --s5: #d3b45a; --s6: #97a2b0;
        --attack: #f0975a; --certified: #74a3ee; --undecided: rgba(190, 190, 170, .12);
        --undecided-swatch: #35393c; --gap: rgba(240, 151, 90, .25); --gap-line: #f0975a;
        --heat-0: #1f2a26; --heat-1: #2f2b20; --heat-2: #4a3722; --heat-3: #744524;
        --heat-4: #a9512f; --heat-5: #e5725c;
        --heat-text-0: #e8eaee; --heat-text-1: #e8eaee; --heat-text-2: #e8eaee;
        --heat-text-3: #ffffff; --heat-text-4: #ffffff; --heat-text-5: #14100e;
        --shadow: none;
      }
    }
    """

  private static let page = """
    * { box-sizing: border-box; }
    html { scroll-behavior: smooth; scroll-padding-top: 20px; -webkit-text-size-adjust: 100%; }
    body {
      margin: 0; background: var(--bg); color: var(--ink);
      font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
      font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
    }
    h1, h2, h3, p, ul, ol, dl, dd, figure, pre { margin: 0; padding: 0; }
    ul, ol { list-style: none; }
    h1, h2, h3, .value { letter-spacing: -.015em; line-height: 1.2; font-weight: 640; }
    a { color: var(--accent); text-underline-offset: 3px; text-decoration-thickness: 1px; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 4px; }
    main:focus { outline: none; }
    .hidden {
      position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
      white-space: nowrap;
    }
    .skip {
      position: absolute; left: 16px; top: -80px; z-index: 2; padding: 10px 16px;
      background: var(--accent); color: var(--surface); border-radius: 0 0 8px 8px;
    }
    .skip:focus { top: 0; }
    .inner { max-width: 1160px; margin: 0 auto; padding: 0 32px; }
    .top { background: var(--surface); border-bottom: 1px solid var(--line); padding: 28px 0 32px; }
    .top .inner { display: grid; grid-template-columns: 1fr auto; gap: 4px 24px; }
    .brand { font-weight: 640; display: flex; align-items: center; gap: 9px; }
    .brand span:last-child, .when { color: var(--muted); font-weight: 400; }
    .mark {
      width: 18px; height: 18px; border-radius: 5px;
      background: linear-gradient(135deg, var(--certified) 50%, var(--attack) 50%);
    }
    .top h1 { grid-column: 1 / -1; font-size: clamp(1.75rem, 4vw, 2.5rem); margin-top: 26px; }
    .facts {
      grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 10px 40px; margin-top: 14px;
    }
    .facts dt, .tile dt, .eyebrow { color: var(--muted); font-size: .8125rem; }
    .page {
      max-width: 1160px; margin: 0 auto; padding: 32px 32px 64px; display: grid;
      grid-template-columns: 184px minmax(0, 1fr); gap: 40px; align-items: start;
    }
    .page.single { grid-template-columns: minmax(0, 1fr); }
    .contents { position: sticky; top: 28px; }
    .contents ul { margin-top: 8px; position: relative; }
    .contents a {
      display: flex; gap: 10px; align-items: center; padding: 6px 0; color: var(--ink);
      text-decoration: none; font-size: .9375rem; line-height: 1.3;
    }
    .contents a:hover { color: var(--accent); text-decoration: underline; }
    main { display: grid; gap: 24px; grid-template-columns: minmax(0, 1fr); }
    main > section {
      background: var(--surface); border: 1px solid var(--line); border-radius: 14px;
      box-shadow: var(--shadow); padding: 28px 32px 32px;
    }
    .bottom { background: var(--surface); border-top: 1px solid var(--line); padding: 40px 0 56px; }
    .bottom h2 { font-size: 1.25rem; margin-bottom: 6px; }
    .bottom p { color: var(--muted); max-width: 68ch; }
    pre, .record { font: .8125rem/1.6 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
    pre {
      background: var(--raised); border: 1px solid var(--line); border-radius: 8px;
      padding: 14px 16px; margin: 18px 0; white-space: pre-wrap; user-select: all;
    }
    code { font: inherit; }
    .record { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 3px 24px; }
    .record dt { color: var(--muted); }
    """

  private static let summary = """
    .icon { width: 16px; height: 16px; flex: none; overflow: visible; }
    .icon circle, .icon rect, .icon .fill { fill: currentColor; }
    .icon path:not(.fill) {
      stroke: var(--surface); stroke-width: 1.9; fill: none; stroke-linecap: round;
      stroke-linejoin: round;
    }
    .pass { --tone: var(--pass); --tone-bg: var(--pass-bg); }
    .warn { --tone: var(--warn); --tone-bg: var(--warn-bg); }
    .fail { --tone: var(--fail); --tone-bg: var(--fail-bg); }
    .skipped { --tone: var(--skipped); --tone-bg: var(--skipped-bg); }
    .tint { color: var(--tone); display: inline-flex; align-items: center; gap: 6px; }
    .badge {
      display: inline-flex; align-items: center; gap: 7px; padding: 3px 11px 3px 8px;
      border-radius: 99px; background: var(--tone-bg); color: var(--tone); font-weight: 600;
      font-size: .8125rem; line-height: 1.5; white-space: nowrap;
    }
    .badge .icon { width: 13px; height: 13px; }
    .badge .icon path:not(.fill) { stroke: var(--tone-bg); }
    main > .verdict { padding: 0; overflow: hidden; }
    .band {
      display: flex; gap: 22px; align-items: center; padding: 28px 32px;
      background: var(--tone-bg);
    }
    .band > .icon { width: 52px; height: 52px; color: var(--tone); }
    .band > .icon path:not(.fill) { stroke: var(--tone-bg); stroke-width: 1.5; }
    .band h2 { font-size: 2.125rem; color: var(--tone); line-height: 1.1; }
    .band p { margin-top: 6px; font-size: 1.0625rem; max-width: 60ch; }
    .counts {
      display: flex; flex-wrap: wrap; gap: 8px 28px; padding: 16px 32px;
      border-bottom: 1px solid var(--line); color: var(--muted);
    }
    .counts li { display: flex; align-items: center; gap: 7px; }
    .counts b { color: var(--ink); font-weight: 640; }
    .tiles {
      display: grid; grid-template-columns: repeat(auto-fill, minmax(196px, 1fr)); gap: 12px;
    }
    .tile {
      display: flex; flex-direction: column; background: var(--raised); border-radius: 10px;
      padding: 12px 16px 13px; min-width: 0;
    }
    .tile dt b { display: block; color: var(--ink); font-size: .875rem; font-weight: 600; }
    .tile dd { display: flex; flex-direction: column; }
    .value { font-size: 1.5rem; margin-top: 3px; }
    .interval { color: var(--muted); font-size: .8125rem; }
    .range { width: 100%; height: 6px; margin: 8px 0 3px; }
    .range .track { fill: var(--line); }
    .range .span { fill: var(--s1); opacity: .45; }
    .range .point { fill: var(--s1); }
    .verdict .tiles { padding: 24px 32px 28px; grid-template-columns: repeat(3, minmax(0, 1fr)); }
    .advice h2, .finding h2 { font-size: 1.375rem; }
    .advice ol { margin-top: 8px; }
    .advice li {
      display: grid; grid-template-columns: 104px minmax(0, 1fr); gap: 16px; padding: 14px 0;
      border-top: 1px solid var(--line);
    }
    .advice li:first-child { border-top: 0; }
    .advice li:last-child { padding-bottom: 0; }
    .advice li > .badge { justify-self: start; align-self: start; }
    .advice a { font-size: .875rem; }
    """

  private static let media = """
    @media (max-width: 900px) {
      .page { grid-template-columns: minmax(0, 1fr); gap: 20px; padding-top: 20px; }
      .contents { position: static; }
      .contents .eyebrow { display: none; }
      .contents { min-width: 0; }
      .contents ul {
        display: flex; gap: 8px; margin: 0 -32px; padding: 4px 32px; overflow-x: auto;
        scrollbar-width: none;
      }
      .contents li { flex: none; }
      .contents a {
        border: 1px solid var(--line); border-radius: 99px; padding: 5px 12px 5px 9px; gap: 7px;
        background: var(--surface); font-size: .875rem;
      }
      .contents .icon { width: 13px; height: 13px; }
    }
    @media (max-width: 600px) {
      .inner, .page { padding-left: 16px; padding-right: 16px; }
      .contents ul { margin: 0 -16px; padding: 4px 16px; }
      .top { padding: 18px 0 22px; }
      .top .inner { grid-template-columns: minmax(0, 1fr); }
      .top h1 { margin-top: 14px; }
      .facts { gap: 8px 28px; }
      main { gap: 16px; }
      main > section { padding: 22px 18px 24px; border-radius: 12px; }
      .band { padding: 22px 18px; gap: 16px; align-items: flex-start; }
      .band > .icon { width: 36px; height: 36px; }
      .band h2 { font-size: 1.75rem; }
      .counts { padding: 14px 18px; }
      .tiles, .verdict .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 10px; }
      .verdict .tiles { padding: 18px; }
      .confusion { border-spacing: 2px; font-size: .8125rem; }
      .confusion th, .confusion td { min-width: 25px; padding: 5px 2px; }
      .confusion tbody th { padding-right: 6px; }
      .tile { padding: 10px 12px 11px; }
      .value { font-size: 1.25rem; }
      .advice li { grid-template-columns: minmax(0, 1fr); gap: 8px; }
      .gallery, .gallery.wide { grid-template-columns: minmax(0, 1fr); }
      .record { grid-template-columns: minmax(0, 1fr); gap: 0; }
      .record dd { margin-bottom: 8px; }
    }
    @media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
    @media print {
      @page { margin: 16mm; }
      body {
        background: none; font-size: 10.5pt; -webkit-print-color-adjust: exact;
        print-color-adjust: exact;
      }
      .contents, .skip, summary { display: none; }
      .page { display: block; padding: 0; max-width: none; }
      .inner { padding: 0; max-width: none; }
      main { display: block; }
      main > section { box-shadow: none; margin-top: 14px; }
      .chart, .tile, .gallery > li, .advice li, .band, tr { break-inside: avoid; }
      h2, h3, .title, figcaption, .legend { break-after: avoid; }
      .scroll { overflow: visible; }
    }
    """
}
