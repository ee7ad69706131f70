extension StyleSheet {
    /// Styles of pipelines, stages, promotions, freight and previews.
    static let pipeline = [graph, freight, details, diff, pipelineSmall].joined(separator: "\n")

    private static let graph = """
        /* How far down the pipeline: none of them looks like the colour of a state. */
        :root { --depth-0: #1a5fb4; --depth-1: #a1306f; --depth-2: #00695c; --depth-3: #5d6100; --depth-4: #4a3fa8;
          --depth-5: #7a4b2a; }
        @media (prefers-color-scheme: dark) {
          :root { --depth-0: #7cb8ff; --depth-1: #f19ccb; --depth-2: #66d1c1; --depth-3: #cdd06a; --depth-4: #b3b0ff;
            --depth-5: #dcae8c; }
        }
        .depth-0 { --depth: var(--depth-0); } .depth-1 { --depth: var(--depth-1); } .depth-2 { --depth: var(--depth-2); }
        .depth-3 { --depth: var(--depth-3); } .depth-4 { --depth: var(--depth-4); } .depth-5 { --depth: var(--depth-5); }
        .tools { display: flex; flex-wrap: wrap; gap: 4px 20px; align-items: center; margin: 0 0 8px; }
        .tools h2 { margin: 0; }
        .tools nav { display: flex; flex-wrap: wrap; gap: 4px; }
        .more { display: inline-flex; align-items: center; min-height: 28px; padding: 2px 10px; border-radius: 6px;
          border: 1px solid var(--line); background: var(--paper); color: var(--ink); text-decoration: none;
          font-size: .88rem; }
        .more:hover { border-color: var(--accent); }
        .more[aria-current] { border-color: var(--accent); background: var(--accent-soft); color: var(--accent);
          font-weight: 600; }
        .graph { overflow: auto; max-height: 78vh; background: var(--paper); border: 1px solid var(--line);
          border-radius: 10px; }
        .graph svg { display: block; }
        /* One that is a little too wide is drawn smaller, down to three quarters; see PipelineGraph. */
        .graph svg.fits { max-width: 100%; min-width: 1230px; height: auto; }
        .edges { fill: none; stroke: var(--line-strong); stroke-width: 1.5; }
        .node { display: flex; flex-direction: column; gap: 1px; width: 100%; height: 100%; overflow: hidden;
          padding: 3px 10px 6px; background: var(--paper); border: 1px solid var(--line-strong);
          border-top: 4px solid var(--depth, var(--line-strong)); border-radius: 8px; line-height: 1.35; }
        .node > * { flex: none; max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .node > a { font-weight: 650; color: var(--ink); text-decoration: none; min-height: 24px; line-height: 24px; }
        .node > a:hover { text-decoration: underline; }
        .node:focus-within { outline: 2px solid var(--focus); outline-offset: -2px; }
        .node > a:focus-visible { outline: none; }
        .node .versions { font-family: var(--mono); font-size: .85rem; font-weight: 600; }
        .node .state { display: block; font-size: .8rem; }
        .node .state::before { display: inline-block; margin-right: 5px; width: 10px; height: 10px; }
        .node .note { font-size: .76rem; color: var(--ink-soft); }
        .node.is-failed, .node.is-unhealthy, .node.is-freightLost { --edge: var(--bad); background: var(--bad-soft); }
        .node.is-awaitsAcceptance, .node.is-stuck { --edge: var(--warn); background: var(--warn-soft); }
        .node.is-paused { --edge: var(--held); background: var(--held-soft); }
        .node { border-right-color: var(--edge, var(--line-strong)); border-bottom-color: var(--edge, var(--line-strong));
          border-left-color: var(--edge, var(--line-strong)); }
        .node.warehouse { border-top-width: 1px; border-radius: 20px; padding: 6px 16px; background: var(--still-soft); }
        .node.group { border-style: double; border-width: 3px; }
        .node.dim { background: var(--ground); border-style: dashed; }
        .fits .node { padding-bottom: 3px; } .fits .node.warehouse { padding: 0 16px; }
        .fits .node > a { min-height: 32px; line-height: 32px; }
        .node.drop { outline: 3px solid var(--focus); outline-offset: -3px; }
        .list-view .stage { gap: 2px; }
        .list-view .stage > a::after { content: none; }
        .list-view .state { display: block; } .list-view .state::before { display: inline-block; margin-right: 5px; }
        .state time { font-weight: 400; color: var(--ink-soft); }
        .list-view button { align-self: flex-start; }
        .narrow-only, .tools .narrow-only { display: none; }
        """

    private static let freight = """
        .freight-rows { display: grid; gap: 8px; margin: 0 0 14px; }
        .freight-row { display: grid; grid-template-columns: minmax(90px, 150px) 1fr; gap: 8px; align-items: center; }
        .freight-row h3 { margin: 0; font-size: .92rem; }
        .freight-row h3 a { display: inline-block; min-height: 24px; color: var(--ink); }
        .freight-row p { margin: 0; }
        .freight-list { display: flex; gap: 6px; overflow-x: auto; padding: 3px; list-style: none; }
        .freight-list li { flex: none; display: flex; align-items: center; }
        .freight { display: flex; flex-direction: column; width: 128px; padding: 4px 8px; border-radius: 6px;
          border: 1px solid var(--line); border-top: 4px solid var(--depth, var(--line-strong)); background: var(--paper);
          color: var(--ink); text-decoration: none; font-size: .8rem; line-height: 1.35; }
        .freight > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .freight b { font-family: var(--mono); font-size: .85rem; }
        .freight span { color: var(--depth, var(--ink-soft)); font-weight: 600; }
        .freight time { color: var(--ink-soft); }
        .freight:hover { border-color: var(--accent); }
        .freight.nowhere { border-style: dashed; border-top-style: solid; }
        .freight[aria-current] { box-shadow: 0 0 0 2px var(--accent); background: var(--accent-soft); }
        .choice { border-color: var(--accent); }
        .choice .head h2, .choice .head p { margin: 0; }
        .choice td p { margin: 2px 0 0; }
        """

    private static let details = """
        .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr)); gap: 0 14px; }
        .columns > * { min-width: 0; }
        .lead { font-size: 1.02rem; }
        h1 a, h2 a, h3 a, .lines a, .facts a { display: inline-block; min-height: 24px; line-height: 24px; }
        h1 a { line-height: inherit; }
        .facts dd > a:only-child { display: block; width: fit-content; }
        .choice input[type=checkbox], .stage-page input[type=checkbox], .card input[type=checkbox],
        .notice input[type=checkbox] { width: 24px; height: 24px; margin: 0 4px 0 0; }
        .lines { list-style: none; }
        .lines li { padding: 2px 0; }
        .stacked { display: flex; flex-direction: column; gap: 6px; align-items: flex-start; margin: 8px 0; }
        summary { cursor: pointer; min-height: 24px; color: var(--accent); }
        .steps, .rules { list-style: none; }
        .steps > li { padding: 8px 0; border-top: 1px solid var(--line); }
        .steps > li:first-child { border-top: 0; }
        .steps p { margin: 4px 0; }
        .step-head { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; }
        .rules li { padding: 3px 0; }
        .content + .content { border-top: 1px solid var(--line); padding-top: 8px; }
        .values { max-height: 340px; overflow: auto; margin: 4px 0; padding: 8px 10px; background: var(--ground);
          border: 1px solid var(--line); border-radius: 6px; }
        .notice p { margin: 0 0 4px; } .notice p:last-child { margin: 0; }
        .notice .actions { margin-top: 6px; }
        .preview h1 { margin: 0; }
        .promote { margin: 0 0 12px; }
        dialog { max-width: 440px; padding: 18px 22px; border: 1px solid var(--line-strong); border-radius: 12px;
          background: var(--paper); color: var(--ink); }
        dialog::backdrop { background: rgb(0 0 0 / .4); }
        kbd { padding: 0 5px; border: 1px solid var(--line-strong); border-radius: 4px; }
        .card .plain, .list .plain, .notice .plain, .bottom .plain, .choice .plain { min-height: 26px;
          padding: 0 10px; font-size: .85rem; }
        """

    private static let diff = """
        .added { color: var(--good); font-weight: 600; }
        .removed { color: var(--bad); font-weight: 600; }
        .diff-files { display: grid; gap: 2px; margin: 0 0 10px; padding-left: 2.2em; }
        .diff-files a { display: inline-block; min-height: 24px; }
        .diff-file { margin: 0 0 12px; border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
        .diff-file h3, .diff-file h4 { margin: 0; padding: 6px 10px; background: var(--still-soft); font-weight: 600; font-size: .9rem; }
        .diff-file > p, .diff-file > details > summary { margin: 0; padding: 6px 10px; }
        .remarks { color: var(--ink-soft); }
        .lines-of-diff { margin: 0; padding: 4px 10px; border: 0; border-radius: 0; overflow-x: auto;
          white-space: pre; overflow-wrap: normal; line-height: 1.5; tab-size: 4; }
        .lines-of-diff ins, .lines-of-diff del, .hunk { display: block; width: max-content; margin: 0 -10px;
          min-width: calc(100% + 20px); padding: 0 10px; text-decoration: none; }
        .lines-of-diff ins { background: var(--good-soft); } .lines-of-diff del { background: var(--bad-soft); }
        .hunk { color: var(--ink-soft); background: var(--ground); }
        """

    private static let pipelineSmall = """
        @media (max-width: 640px) {
          .wide-only, .tools .wide-only { display: none; } .narrow-only { display: block; }
          .tools .narrow-only { display: flex; }
          .freight-row { grid-template-columns: 1fr; gap: 0; }
          .graph { max-height: 70vh; }
        }
        """
}
