extension HTMLReport {
  /// What is inside a finding; colors and the page are in `style`.
  static let findingStyle = """
    .title { display: flex; justify-content: space-between; align-items: center; gap: 16px; }
    .finding .summary { font-size: 1.0625rem; max-width: 68ch; margin-top: 8px; }
    .requirement { margin-top: 8px; color: var(--muted); font-size: .9375rem; }
    .requirement span {
      border: 1px solid var(--line-strong); border-radius: 5px; padding: 1px 7px; margin-right: 6px;
      font-size: .75rem;
    }
    .finding .tiles { margin-top: 20px; }
    .todo, .notes { margin-top: 26px; max-width: 72ch; }
    .todo h3, .notes h3, figure h3 { font-size: 1rem; }
    .todo ul, .notes ul { margin-top: 6px; }
    .todo li, .notes li { padding-left: 20px; position: relative; }
    .todo li + li, .notes li + li { margin-top: 5px; }
    .todo li::before, .notes li::before {
      content: ""; position: absolute; left: 3px; top: .66em; width: 6px; height: 6px;
      border-radius: 50%; background: var(--line-strong);
    }
    .todo li::before { background: var(--accent); border-radius: 1px; }
    .notes { color: var(--muted); }
    .notes h3 { color: var(--ink); }
    """

  static let figureStyle = """
    figure { margin-top: 30px; }
    figure + figure { border-top: 1px solid var(--line); padding-top: 26px; }
    figcaption { color: var(--muted); font-size: .9375rem; max-width: 72ch; margin-top: 4px; }
    .legend { display: flex; flex-wrap: wrap; gap: 4px 24px; margin-top: 14px; font-size: .875rem; }
    .legend li { display: flex; align-items: center; gap: 9px; }
    .legend svg { width: 28px; height: 14px; flex: none; }
    .chart { margin-top: 14px; min-height: 60px; overflow-x: clip; }
    .chart + script + .chart { margin-top: 2px; }
    .chart svg { display: block; max-width: 100%; height: auto; overflow: visible; }
    .chart .vega-embed { width: 100%; padding: 0; }
    .chart[data-state="failed"] { display: none; }
    #vg-tooltip-element.vg-tooltip {
      background: var(--surface); color: var(--ink); border: 1px solid var(--line-strong);
      border-radius: 8px; font: .8125rem/1.5 system-ui, sans-serif; padding: 8px 12px;
      box-shadow: var(--shadow);
    }
    #vg-tooltip-element table tr td.key { color: var(--muted); }
    details { margin-top: 12px; }
    summary { cursor: pointer; color: var(--muted); font-size: .875rem; width: fit-content; }
    summary:hover { color: var(--ink); }
    .scroll { position: relative; overflow-x: auto; margin-top: 12px; }
    table { border-collapse: collapse; font-size: .875rem; min-width: 50%; }
    th, td {
      padding: 6px 14px 6px 0; text-align: right; border-bottom: 1px solid var(--line);
      white-space: nowrap;
    }
    th:first-child { text-align: left; }
    thead th { color: var(--muted); font-weight: 500; }
    tbody th { font-weight: 500; }
    .confusion { border-collapse: separate; border-spacing: 3px; min-width: 0; }
    .confusion th, .confusion td {
      border: 0; padding: 7px 6px; text-align: center; min-width: 40px; border-radius: 6px;
    }
    .confusion tbody th { text-align: right; padding-right: 10px; }
    .confusion thead td {
      color: var(--muted); font-size: .6875rem; line-height: 1.25; text-align: right;
      white-space: pre; padding-right: 10px;
    }
    .confusion td[class^="wrong"], .confusion td[class^="right"] { background: var(--raised); }
    .confusion td.wrong-0, .confusion td.right-0 { color: var(--muted); }
    .confusion td.wrong-1 { background: var(--heat-2); color: var(--heat-text-2); }
    .confusion td.wrong-2 { background: var(--heat-3); color: var(--heat-text-3); }
    .confusion td.wrong-3 { background: var(--heat-4); color: var(--heat-text-4); }
    .confusion td.wrong-4, .confusion td.wrong-5 {
      background: var(--heat-5); color: var(--heat-text-5);
    }
    .confusion td[class^="right"] {
      font-weight: 640; box-shadow: inset 0 0 0 1px var(--line-strong);
    }
    .confusion td.right-4, .confusion td.right-5 {
      background: var(--pass-bg); color: var(--pass); box-shadow: inset 0 0 0 1px var(--pass);
    }
    """

  static let galleryStyle = """
    .gallery {
      display: grid; grid-template-columns: repeat(auto-fill, minmax(288px, 1fr)); gap: 16px;
      margin-top: 16px;
    }
    .gallery.wide { grid-template-columns: repeat(auto-fill, minmax(340px, 1fr)); }
    .gallery > li { background: var(--raised); border-radius: 10px; padding: 14px 16px 16px; }
    .truth { font-weight: 640; }
    .truth span { color: var(--muted); font-weight: 400; font-size: .875rem; margin-right: 3px; }
    .pictures {
      display: grid; grid-template-columns: repeat(auto-fit, minmax(76px, 1fr)); gap: 12px;
      margin-top: 10px;
    }
    .picture {
      display: grid; grid-row: span 3; grid-template-rows: subgrid; row-gap: 6px; min-width: 0;
      font-size: .8125rem; line-height: 1.4;
    }
    .picture .name { color: var(--muted); line-height: 1.3; align-self: end; }
    .picture img {
      display: block; width: 100%; max-width: 224px; aspect-ratio: 1; object-fit: contain;
      image-rendering: pixelated; border-radius: 6px; background: #000;
    }
    .verdict-line { display: flex; flex-wrap: wrap; align-items: center; column-gap: 6px; }
    .verdict-line .icon { width: 12px; height: 12px; }
    .confidence { color: var(--muted); white-space: nowrap; }
    .gallery .note { color: var(--muted); font-size: .875rem; margin-top: 10px; }
    """
}
