/// The only style sheet.
///
/// Colours are variables with a light and a dark value. A state has a shape, a text and a colour. The shape is the
/// `::before` of `.state`, so that a card in a large graph needs no element for it.
enum StyleSheet {
    static let text = [base, header, parts, states, overview, pipeline, small].joined(separator: "\n")

    private static let base = """
        :root {
          color-scheme: light dark;
          --ground: #f6f7f8; --paper: #ffffff; --line: #d8dde1; --line-strong: #a9b3ba;
          --ink: #1b2429; --ink-soft: #505d65; --accent: #0b6278; --accent-ink: #ffffff; --accent-soft: #e2f0f3;
          --bad: #a8231b; --bad-soft: #fbeae8; --warn: #7d4a00; --warn-soft: #fdf1dd; --good: #1c6b40;
          --good-soft: #e5f3ea; --move: #0b6278; --move-soft: #e2f0f3; --held: #60479a; --held-soft: #efeaf8;
          --still: #55626a; --still-soft: #edf0f2; --focus: #0a58ca;
          --mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #12171a; --paper: #1a2125; --line: #313b41; --line-strong: #55636b;
            --ink: #e6ebee; --ink-soft: #a5b1b8; --accent: #6cc3d8; --accent-ink: #0b1a1f; --accent-soft: #17343c;
            --bad: #ff9a8f; --bad-soft: #3d1f1c; --warn: #f0bd6a; --warn-soft: #3a2c12; --good: #7fd0a0;
            --good-soft: #173323; --move: #6cc3d8; --move-soft: #17343c; --held: #c2aef2; --held-soft: #2c2442;
            --still: #a5b1b8; --still-soft: #262f34; --focus: #9ec5ff;
          }
        }
        *, *::before, *::after { box-sizing: border-box; }
        html { font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
          -webkit-text-size-adjust: 100%; text-size-adjust: 100%; overflow-anchor: none; }
        body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--ground);
          color: var(--ink); overflow-wrap: anywhere; }
        main { flex: 1; width: 100%; max-width: 1680px; margin: 0 auto; padding: 16px 20px 32px; }
        main:focus { outline: none; }
        h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 12px; font-weight: 650; }
        h2 { font-size: 1.08rem; line-height: 1.3; margin: 0 0 8px; font-weight: 650; }
        h2 a { display: inline-block; min-height: 24px; }
        h3 { font-size: 1rem; margin: 0 0 4px; font-weight: 650; }
        time { white-space: nowrap; }
        p { margin: 0 0 8px; }
        ul, ol { margin: 0; padding: 0; }
        code, kbd, pre, .code { font-family: var(--mono); font-size: .88em; }
        a { color: var(--accent); text-underline-offset: 2px; }
        a:hover { text-decoration-thickness: 2px; }
        :focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
        [hidden] { display: none !important; }
        .unseen { position: absolute; width: 1px; height: 1px; margin: -1px; padding: 0; overflow: hidden;
          clip-path: inset(50%); white-space: nowrap; border: 0; }
        .skip { position: absolute; left: 8px; top: -60px; z-index: 20; background: var(--paper); color: var(--ink);
          padding: 8px 12px; border: 1px solid var(--line-strong); border-radius: 6px; }
        .skip:focus { top: 8px; }
        @media (prefers-reduced-motion: reduce) {
          *, *::before, *::after { animation: none !important; transition: none !important; scroll-behavior: auto !important; }
        }
        """

    private static let header = """
        .top { display: flex; align-items: center; gap: 6px 18px; flex-wrap: wrap; padding: 8px 20px;
          background: var(--paper); border-bottom: 1px solid var(--line); }
        .brand { display: inline-flex; align-items: center; gap: 7px; min-height: 32px; font-weight: 700;
          color: var(--ink); text-decoration: none; }
        .brand svg { color: var(--accent); }
        .top nav ul { display: flex; flex-wrap: wrap; gap: 2px; list-style: none; }
        .top nav a { display: block; padding: 5px 10px; min-height: 32px; color: var(--ink-soft); text-decoration: none;
          border-radius: 6px; }
        .top nav a:hover { background: var(--still-soft); color: var(--ink); }
        .top nav a[aria-current] { background: var(--accent-soft); color: var(--accent); font-weight: 600; }
        .search { position: relative; flex: 1 1 220px; max-width: 460px; margin-left: auto; }
        .search input { width: 100%; padding-right: 30px; }
        .search kbd { position: absolute; right: 9px; top: 7px; color: var(--ink-soft); border: 1px solid var(--line);
          border-radius: 4px; padding: 0 5px; pointer-events: none; }
        .search input:focus + kbd { display: none; }
        .account { position: relative; }
        .account summary { display: inline-flex; align-items: center; gap: 6px; list-style: none; cursor: pointer;
          padding: 5px 10px; min-height: 32px; border-radius: 6px; border: 1px solid var(--line); max-width: 180px; }
        .account summary::-webkit-details-marker { display: none; }
        .account summary::after { content: ""; width: 7px; height: 7px; margin-top: -4px; flex: none;
          border: solid currentColor; border-width: 0 1.5px 1.5px 0; transform: rotate(45deg); }
        .account summary span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .menu { position: absolute; right: 0; top: calc(100% + 4px); z-index: 10; width: 260px; padding: 12px;
          background: var(--paper); border: 1px solid var(--line-strong); border-radius: 8px;
          box-shadow: 0 6px 24px rgb(0 0 0 / .18); }
        /* At the window's lower edge, with room behind the page: what comes and goes there moves nothing. */
        .banner { position: fixed; inset: auto 0 0; z-index: 15; padding: 8px 20px; background: var(--warn-soft);
          color: var(--warn); border-top: 1px solid var(--line-strong); font-weight: 600; }
        body:has(.banner:not([hidden])) { margin-bottom: 4em; }
        .banner a, .banner button { margin-left: 10px; color: inherit; }
        .bottom { display: flex; flex-wrap: wrap; gap: 4px 20px; justify-content: space-between; padding: 10px 20px;
          color: var(--ink-soft); border-top: 1px solid var(--line); font-size: .85rem; }
        """

    private static let parts = """
        .card { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px;
          margin: 0 0 14px; }
        .card > :last-child { margin-bottom: 0; }
        .quiet { color: var(--ink-soft); font-size: .9rem; }
        .number { font-variant-numeric: tabular-nums; }
        .trail { display: flex; flex-wrap: wrap; gap: 2px 8px; align-items: center; margin: 0 0 6px; list-style: none;
          color: var(--ink-soft); font-size: .9rem; }
        .trail a { display: inline-block; min-height: 24px; line-height: 24px; }
        .trail li + li::before { content: "/"; margin-right: 8px; color: var(--line-strong); }
        .head { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; margin: 0 0 12px; }
        .head h1 { margin: 0; } .head h2 { margin: 0; line-height: 26px; }
        .card h3 { margin-top: 14px; } .card > h3:first-child { margin-top: 0; } .card table + table { margin-top: 10px; }
        .head .actions { margin-left: auto; }
        .actions { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
        .actions form { display: inline-flex; flex-wrap: wrap; gap: 6px; align-items: center; }
        .needs { color: var(--ink-soft); font-size: .82rem; }
        input, select, textarea, button { font: inherit; color: inherit; }
        input:not([type=checkbox]):not([type=radio]), select, textarea { min-height: 34px; padding: 4px 10px;
          background: var(--paper); border: 1px solid var(--line-strong); border-radius: 6px; max-width: 100%; }
        input[type=checkbox], input[type=radio] { width: 18px; height: 18px; margin: 3px; accent-color: var(--accent);
          vertical-align: middle; }
        ::placeholder { color: var(--ink-soft); opacity: 1; }
        button, .action { display: inline-flex; align-items: center; justify-content: center; min-height: 34px;
          padding: 4px 14px; border: 1px solid var(--line-strong); border-radius: 6px; background: var(--paper);
          color: var(--ink); cursor: pointer; text-decoration: none; font-weight: 550; }
        button:hover, a.action:hover { border-color: var(--accent); }
        .action { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
        .action:hover { filter: brightness(1.07); }
        .action.plain { background: var(--paper); border-color: var(--line-strong); color: var(--ink); }
        .action.danger { background: var(--paper); border-color: var(--bad); color: var(--bad); }
        button:disabled { background: var(--still-soft); border-color: var(--line); color: var(--ink-soft);
          cursor: not-allowed; filter: none; }
        label { font-weight: 550; }
        .filters { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: end; margin: 0 0 14px; }
        .filters div { display: flex; flex-direction: column; gap: 2px; min-width: 0; }
        .filters .actions { flex-direction: row; gap: 12px; align-items: center; }
        .filters label { font-size: .82rem; color: var(--ink-soft); }
        .filters input { width: 170px; } .filters select { min-width: 170px; }
        .notice { padding: 9px 14px; border-radius: 8px; margin: 0 0 14px; background: var(--good-soft); color: var(--good);
          font-weight: 550; }
        .notice.warning { background: var(--warn-soft); color: var(--warn); }
        .notice > :last-child { margin-bottom: 0; }
        .notice .hint, .notice .lines { font-weight: 400; color: inherit; }
        .card > .actions, .card > form { margin-bottom: 10px; } .lines + form { margin-top: 10px; }
        .notice.failure { background: var(--bad-soft); color: var(--bad); }
        .empty { padding: 28px 20px; text-align: center; color: var(--ink-soft); background: var(--paper);
          border: 1px dashed var(--line-strong); border-radius: 10px; }
        .empty h2 { color: var(--ink); }
        .facts { display: grid; grid-template-columns: minmax(110px, max-content) 1fr; gap: 4px 18px; margin: 0 0 10px;
          align-items: baseline; }
        .facts dt { color: var(--ink-soft); }
        .facts dd { margin: 0; min-width: 0; }
        table.list { width: 100%; margin: 0 0 14px; border-collapse: collapse; background: var(--paper);
          border: 1px solid var(--line); border-radius: 10px; }
        .actions + table.list { margin-top: 12px; }
        .list caption { text-align: left; padding: 0 0 6px; color: var(--ink-soft); font-size: .9rem; }
        .list th { text-align: left; font-weight: 600; font-size: .82rem; color: var(--ink-soft); padding: 8px 12px;
          border-bottom: 1px solid var(--line); white-space: nowrap; }
        .list td { min-width: 6em; padding: 7px 12px; border-bottom: 1px solid var(--line); vertical-align: top; }
        .list td:empty { min-width: 0; } .list td .state { white-space: nowrap; }
        .list tr:last-child td { border-bottom: 0; }
        .list td a { display: inline-block; min-height: 24px; min-width: 24px; }
        .list .short { white-space: nowrap; }
        .places { table-layout: fixed; } .places th:first-child { width: 24%; } .places th:nth-child(2) { width: 160px; }
        .places th:nth-child(3) { width: 120px; }
        .tabs { display: flex; gap: 4px; margin: 0 0 14px; border-bottom: 1px solid var(--line); }
        .tabs a { padding: 6px 12px; min-height: 34px; color: var(--ink-soft); text-decoration: none;
          border-bottom: 3px solid transparent; }
        .tabs a:hover { color: var(--ink); } .tabs a[aria-current] { color: var(--ink); font-weight: 600;
          border-bottom-color: var(--accent); }
        .gone { outline: 2px dashed var(--line-strong); outline-offset: 2px; }
        .gone:not(article) { text-decoration: line-through; }
        .filtering { margin: 0 0 12px; } .filtering summary { width: max-content; color: var(--ink-soft);
          line-height: 24px; } .filtering[open] summary { margin-bottom: 6px; }
        .pager { display: flex; flex-wrap: wrap; gap: 8px; justify-content: center; margin: 14px 0 0; }
        /* Beside the filter: what comes there moves nothing, and leaves no gap while there is nothing. */
        .news { position: relative; height: 0; }
        .news > * { position: absolute; right: 0; bottom: 14px; }
        .problem, .sign-in { max-width: 560px; margin: 6vh auto; background: var(--paper); border: 1px solid var(--line);
          border-radius: 12px; padding: 24px 28px; }
        .sign-in form { display: flex; flex-direction: column; gap: 8px; margin: 0 0 14px; }
        .refusal { padding: 8px 12px; border-radius: 6px; background: var(--bad-soft); color: var(--bad); }
        .hint { color: var(--ink-soft); }
        .ways { margin-top: 16px; }
        pre { margin: 0; padding: 10px 12px; overflow-x: auto; background: var(--ground); border: 1px solid var(--line);
          border-radius: 6px; line-height: 1.4; overflow-wrap: normal; }
        .lines { list-style: none; }
        .lines li { padding: 3px 0; }
        .lines li + li { border-top: 1px solid var(--line); }
        details > summary { cursor: pointer; min-height: 24px; }
        """

    private static let states = """
        .state { display: inline-flex; align-items: center; gap: 6px; font-weight: 600; font-size: .88rem;
          color: var(--still); }
        .state::before { content: ""; flex: none; width: 11px; height: 11px; background: currentColor;
          forced-color-adjust: none; }
        .state.chip { padding: 1px 9px 1px 7px; border-radius: 20px; background: var(--still-soft); }
        .failed { color: var(--bad); } .failed.chip { background: var(--bad-soft); }
        .failed::before { clip-path: polygon(20% 0, 50% 30%, 80% 0, 100% 20%, 70% 50%, 100% 80%, 80% 100%, 50% 70%,
          20% 100%, 0 80%, 30% 50%, 0 20%); }
        .unhealthy { color: var(--bad); } .unhealthy.chip { background: var(--bad-soft); }
        .unhealthy::before { clip-path: polygon(0 8%, 100% 8%, 50% 100%); }
        .freightLost { color: var(--bad); } .freightLost.chip { background: var(--bad-soft); }
        .freightLost::before { clip-path: polygon(0 0, 60% 0, 25% 100%, 0 100%, 0 0, 80% 0, 100% 0, 100% 100%, 45% 100%, 80% 0); }
        .awaitsAcceptance { color: var(--warn); } .awaitsAcceptance.chip { background: var(--warn-soft); }
        .awaitsAcceptance::before { clip-path: polygon(50% 0, 100% 92%, 0 92%); }
        .stuck { color: var(--warn); } .stuck.chip { background: var(--warn-soft); }
        .stuck::before { clip-path: polygon(0 0, 100% 0, 50% 50%, 100% 100%, 0 100%, 50% 50%); }
        .drifted { color: var(--warn); } .drifted.chip { background: var(--warn-soft); }
        .drifted::before { clip-path: polygon(50% 0, 100% 50%, 50% 100%, 0 50%); }
        .paused { color: var(--held); } .paused.chip { background: var(--held-soft); }
        .paused::before { clip-path: polygon(8% 0, 40% 0, 40% 100%, 8% 100%, 8% 0, 60% 0, 92% 0, 92% 100%, 60% 100%, 60% 0); }
        .promoting { color: var(--move); } .promoting.chip { background: var(--move-soft); }
        .promoting::before { clip-path: polygon(0 0, 45% 0, 100% 50%, 45% 100%, 0 100%, 50% 50%); }
        .progressing { color: var(--move); } .progressing.chip { background: var(--move-soft); }
        .progressing::before { border-radius: 50%; clip-path: polygon(50% 0, 100% 0, 100% 100%, 50% 100%); }
        .pending { color: var(--move); } .pending.chip { background: var(--move-soft); }
        .pending::before { background: none; border: 2px solid currentColor; border-radius: 50%; }
        .ready { color: var(--good); } .ready.chip { background: var(--good-soft); }
        .ready::before { clip-path: polygon(0 52%, 18% 34%, 38% 56%, 82% 8%, 100% 26%, 39% 92%); }
        .state.none::before { background: none; border: 2px solid currentColor; }
        .controlFlow::before { clip-path: polygon(0 38%, 100% 38%, 100% 62%, 0 62%); }
        """

    private static let overview = """
        .attention { display: flex; flex-wrap: wrap; gap: 8px; margin: 0 0 16px; list-style: none; }
        .attention a { display: flex; align-items: center; gap: 8px; min-height: 34px; padding: 4px 12px;
          background: var(--paper); border: 1px solid var(--line); border-radius: 8px; text-decoration: none; }
        .attention a:hover { border-color: var(--line-strong); }
        .attention a[aria-current] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
        .attention strong { font-size: 1.05rem; font-variant-numeric: tabular-nums; }
        .project { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: 10px 14px 12px;
          margin: 0 0 10px; }
        .project > header { display: flex; flex-wrap: wrap; gap: 4px 14px; align-items: center; margin: 0 0 8px; }
        .project h2 { margin: 0; line-height: 26px; }
        .project h2 a { display: inline-block; min-height: 26px; color: var(--ink); text-decoration: none; }
        .project h2 a:hover { text-decoration: underline; }
        .stages { display: grid; grid-template-columns: repeat(auto-fill, minmax(176px, 1fr)); gap: 8px; list-style: none; }
        .stage { position: relative; display: flex; flex-direction: column; gap: 1px; min-width: 0; padding: 7px 10px 8px;
          border: 1px solid var(--line); border-left: 4px solid var(--line-strong); border-radius: 6px;
          background: var(--paper); color: var(--ink); }
        .stage > a { font-weight: 600; color: var(--ink); text-decoration: none; min-height: 24px; }
        .stage > a::after { content: ""; position: absolute; inset: 0; }
        .stage:hover { background: var(--ground); }
        .stage > a, .stage .versions, .stage .note { display: -webkit-box; -webkit-box-orient: vertical;
          -webkit-line-clamp: 3; overflow: hidden; }
        .stage .note { font-size: .82rem; color: var(--ink-soft); }
        .stage .versions { font-family: var(--mono); font-size: .85rem; }
        .stage .quiet { font-size: .82rem; }
        .stage.is-failed, .stage.is-unhealthy, .stage.is-freightLost { border-left-color: var(--bad); }
        .stage.is-awaitsAcceptance, .stage.is-stuck { border-left-color: var(--warn); }
        .stage.is-paused { border-left-color: var(--held); }
        .stage.is-promoting, .stage.is-progressing, .stage.is-pending { border-left-color: var(--move); }
        .stage.is-ready { border-left-color: var(--good); }
        .changed { animation: changed 1.6s ease-out; }
        @keyframes changed { from { background: var(--accent-soft); } }
        """

    private static let small = """
        @media (max-width: 640px) {
          .top { padding: 8px 12px; } main { padding: 12px 12px 24px; } .bottom { padding: 10px 12px; }
          .search { order: 4; flex-basis: 100%; max-width: none; margin: 0; } .search kbd { display: none; }
          .account { margin-left: auto; } .top nav { order: 3; flex-basis: 100%; }
          .top nav a { padding: 5px 8px; }
          .filters div, .filters input, .filters select { width: 100%; }
          .problem, .sign-in { margin: 12px 0; padding: 18px; }
          .stages { grid-template-columns: repeat(auto-fill, minmax(146px, 1fr)); }
          .facts { grid-template-columns: fit-content(42%) 1fr; gap: 4px 12px; }
          .head .actions { margin-left: 0; flex-basis: 100%; }
          table.list, .list tbody, .list tr, .list td, .list caption { display: block; }
          .list thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          .list tr { padding: 8px 0; border-bottom: 1px solid var(--line); } .list tr:last-child { border-bottom: 0; }
          .list caption { padding: 8px 12px 0; } .list td { border: 0; padding: 2px 12px; }
          .list td:empty, .list td:has(> .blank:only-child) { display: none; } .list td .state { white-space: normal; }
          .list td[data-label]::before { content: attr(data-label) " "; color: var(--ink-soft); font-size: .82rem; }
        }
        """
}
