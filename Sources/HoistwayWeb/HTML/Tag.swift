/// The elements of pages.
///
/// There is no `script` with text in it, no `style`, no `iframe` and no `object`.
package enum Tag: String, Sendable {
    case a, abbr, article, aside, b, body, button, caption, code, datalist, dd, del, details, dialog, div, dl, dt, em
    case fieldset, footer, form, h1, h2, h3, h4, head, header, html, ins, kbd, label, legend, li, main, mark, meter, nav
    case ol, option, output, p, pre, progress, s, script, search, section, select, small, span, strong, sub, summary
    case sup, table, tbody, td, template, textarea, tfoot, th, thead, time, title, tr, ul
    // SVG
    case svg, foreignObject, g, path, circle, rect, line, polyline, polygon, use, symbol, defs, marker
    case svgText = "text"
    case tspan
}

/// The elements without content.
package enum VoidTag: String, Sendable {
    case br, col, hr, img, input, link, meta, wbr
}
