extension ReportPage {
  /// The style sheet: system fonts, colours after Okabe and Ito, light, dark and print.
  static let style = """
    :root { --paper: #fff; --ink: #1d2126; --soft: #5b636d; --line: #dde1e6; --panel: #f6f7f9;
      --accent: #0072b2; --plain: #a9b3be; --warn: #8a5a00;
      --c0: #0072b2; --c1: #d55e00; --c2: #008562; --c3: #b5588f; --c4: #b07700; --c5: #4b5563; }
    @media (prefers-color-scheme: dark) {
      :root { --paper: #14171b; --ink: #e6e9ed; --soft: #9aa4af; --line: #2c323a; --panel: #1c2127;
        --accent: #56b4e9; --plain: #58626d; --warn: #f0c066;
        --c0: #56b4e9; --c1: #ff8a3d; --c2: #2fc79c; --c3: #e094c4; --c4: #f0c066; --c5: #c3cad3; }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--paper); color: var(--ink);
      font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
    main { max-width: 52rem; margin: 0 auto; padding: 3rem 1.5rem 2rem; }
    h1 { font-size: 1.9rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.01em;
      margin: 0.2rem 0 1.6rem; overflow-wrap: anywhere; }
    h2 { font-size: 1.2rem; font-weight: 620; margin: 0 0 0.4rem; }
    p { margin: 0 0 1rem; color: var(--soft); }
    section { margin-top: 3rem; }
    .method { margin: 0; color: var(--accent); font-weight: 600; }
    .headlines { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr));
      gap: 1px; margin: 0; background: var(--line); border: 1px solid var(--line);
      border-radius: 8px; overflow: hidden; }
    .headlines div { background: var(--paper); padding: 0.9rem 1rem; display: flex;
      flex-direction: column-reverse; justify-content: flex-end; }
    .headlines dt { color: var(--soft); font-size: 0.85rem; overflow-wrap: anywhere; }
    .headlines dd { margin: 0; font-size: 1.5rem; font-weight: 600; line-height: 1.3;
      font-variant-numeric: tabular-nums; }
    .notes { border-left: 4px solid var(--warn); background: var(--panel); padding: 1rem 1.2rem;
      border-radius: 0 8px 8px 0; margin-top: 2rem; }
    .notes h2 { font-size: 1rem; }
    .notes ul { margin: 0; padding-left: 1.1rem; }
    .notes li { overflow-wrap: anywhere; }
    figure { margin: 0 0 0.8rem; }
    svg { display: block; width: 100%; height: auto; }
    svg text { fill: var(--ink); font-size: 15px; font-variant-numeric: tabular-nums; }
    svg .tick { fill: var(--soft); font-size: 13px; }
    .grid { stroke: var(--line); stroke-width: 1; }
    .bar { fill: var(--plain); }
    .bar.main { fill: var(--accent); }
    .flow { fill: var(--plain); fill-opacity: 0.14; }
    .flow.main { fill: var(--accent); }
    .bar-value { font-weight: 600; }
    .whisker { stroke: var(--ink); stroke-width: 1.5; fill: none; }
    .curve { fill: none; stroke-width: 2; stroke-linejoin: round; }
    .dashed { stroke-dasharray: 6 4; }
    .mark { stroke: var(--paper); stroke-width: 1.5; }
    .curve.c0 { stroke: var(--c0); } .mark.c0 { fill: var(--c0); }
    .curve.c1 { stroke: var(--c1); } .mark.c1 { fill: var(--c1); }
    .curve.c2 { stroke: var(--c2); } .mark.c2 { fill: var(--c2); }
    .curve.c3 { stroke: var(--c3); } .mark.c3 { fill: var(--c3); }
    .curve.c4 { stroke: var(--c4); } .mark.c4 { fill: var(--c4); }
    .curve.c5 { stroke: var(--c5); } .mark.c5 { fill: var(--c5); }
    .legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; margin: 0; padding: 0;
      list-style: none; font-size: 0.9rem; }
    .legend li { display: flex; align-items: center; gap: 0.5rem; }
    .legend svg { width: 24px; }
    .life { fill: none; stroke: var(--plain); stroke-width: 9; }
    .life.main { stroke: var(--accent); }
    .life.thin { stroke-width: 4; }
    .guide { stroke: var(--soft); stroke-width: 1; pointer-events: none; }
    .map svg { width: min(20rem, 100%); max-height: 24rem; }
    .shade { fill: var(--ink); } .plus { fill: var(--c0); } .minus { fill: var(--c1); }
    \(shades)
    .map .frame { fill: var(--panel); stroke: var(--line); stroke-width: 0.1; }
    .map .pixel { fill: var(--accent); stroke: var(--accent); stroke-width: 0.12; }
    .tip { position: fixed; z-index: 1; max-width: 20rem; padding: 0.4rem 0.7rem;
      background: var(--ink); color: var(--paper); border-radius: 6px; font-size: 0.85rem;
      line-height: 1.4; white-space: pre-line; overflow-wrap: anywhere; pointer-events: none;
      font-variant-numeric: tabular-nums; }
    .tip[hidden] { display: none; }
    .files { margin: 0.6rem 0 0; display: flex; gap: 0.5rem; }
    .files button { font: inherit; font-size: 0.8rem; padding: 0.25rem 0.8rem; cursor: pointer;
      background: var(--panel); color: var(--accent); border: 1px solid var(--line);
      border-radius: 6px; }
    figcaption { color: var(--soft); font-size: 0.9rem; margin-top: 0.5rem; }
    details { margin-top: 0.6rem; }
    .members dd { margin: 0 0 0.5rem; color: var(--soft); overflow-wrap: anywhere; }
    summary { cursor: pointer; color: var(--accent); font-size: 0.9rem; }
    .scroll { overflow-x: auto; }
    .tall { max-height: 30rem; overflow-y: auto; border-bottom: 1px solid var(--line); }
    .tall thead th { position: sticky; top: 0; background: var(--paper); }
    table { border-collapse: collapse; width: 100%; font-size: 0.92rem; }
    caption { text-align: left; color: var(--soft); padding: 0.3rem 0 0.6rem; }
    th, td { text-align: left; font-weight: 400; padding: 0.4rem 0.8rem;
      border-bottom: 1px solid var(--line); }
    th:first-child, td:first-child { padding-left: 0.2rem; }
    thead th { color: var(--soft); font-size: 0.85rem; white-space: nowrap; }
    tbody th { overflow-wrap: anywhere; min-width: 6rem; }
    tbody th.number { min-width: 0; }
    .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    thead th.number:first-child { width: 3.5rem; }
    .chosen th, .chosen td { font-weight: 600; }
    .track { display: inline-block; width: 4rem; margin-right: 0.7rem; vertical-align: middle;
      background: var(--panel); border-radius: 3px; }
    .track span { display: block; height: 0.4rem; background: var(--accent); border-radius: 3px; }
    .heat { background: color-mix(in srgb, var(--accent) var(--share), transparent); }
    .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr));
      gap: 2rem 3rem; }
    .facts dl { display: grid; grid-template-columns: minmax(7rem, auto) 1fr; margin: 0;
      font-size: 0.92rem; }
    .facts dt, .facts dd { margin: 0; padding: 0.35rem 0; border-bottom: 1px solid var(--line);
      overflow-wrap: anywhere; }
    .facts dt { color: var(--soft); padding-right: 1rem; }
    footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 0.8rem;
      font-size: 0.85rem; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    @media (max-width: 600px) {
      main { padding: 1.6rem 1rem; }
      h1 { font-size: 1.45rem; }
      .headlines { grid-template-columns: 1fr 1fr; }
      .headlines dd { font-size: 1.2rem; }
      svg text { font-size: 24px; }
      svg .tick { font-size: 21px; }
      .curve { stroke-width: 3; }
      .legend .curve { stroke-width: 2; }
      .files button { padding: 0.5rem 1.1rem; }
      table { font-size: 0.85rem; }
      th, td { padding: 0.4rem 0.35rem; }
      .chosen th, .chosen td { font-weight: 600; }
    .track { display: none; }
    }
    @media print {
      :root { --paper: #fff; --ink: #000; --soft: #444; --line: #ccc; --panel: #fff;
        --accent: #0072b2; --plain: #999; }
      body { font-size: 11pt; }
      main { max-width: none; padding: 0; }
      section { margin-top: 1.6rem; }
      figure, tr, .headlines { break-inside: avoid; }
      h2 { break-after: avoid; }
      .tall { max-height: none; overflow: visible; }
      .files, .tip, .guide { display: none; }
      * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    }
    """

  /// The shades of maps, from none to full.
  private static let shades = (1...15)
    .map { ".s\($0) { fill-opacity: \(decimal(Double($0) / 15, 2)); }" }.joined(separator: " ")
}
