/// The x position and the width of each column.
struct Columns {
    private static let gap = 56
    private static let gapOfJunction = 20
    private static let maxGap = 256

    /// The left edge of each column.
    private(set) var left: [Int] = []
    private(set) var widths: [Int] = []
    /// The width of the whole drawing.
    let width: Int

    init(_ slots: Slots, order: [[Int]], sizes: [GraphLayout.Size], junctions: Junctions) {
        var x = GraphLayout.margin
        for (number, column) in order.enumerated() {
            let width = column.filter { !slots.isBend($0) }.map { sizes[$0].width }.max() ?? 0
            left.append(x)
            widths.append(width)
            guard number + 1 < order.count else {
                x += width
                break
            }
            x += width + min(Self.maxGap, Self.gap + Self.gapOfJunction * junctions.ofGap[number].count)
        }
        width = x + GraphLayout.margin
    }

    /// The x position of a junction in the gap to the right of a column.
    func x(ofJunction number: Int, of count: Int, behind column: Int) -> Int {
        let start = left[column] + widths[column]
        return start + (left[column + 1] - start) * (number + 1) / (count + 1)
    }
}

/// The curves from which edges are drawn.
struct Curves {
    let slots: Slots
    let columns: Columns
    let places: SlotPlaces
    let junctions: Junctions

    func all(_ boxes: [GraphLayout.Box]) -> [GraphLayout.Curve] {
        var curves: [GraphLayout.Curve] = []
        for bend in slots.cards..<slots.columnOf.count {
            curves.append(curve(start(bend, boxes), end(bend, boxes)))
        }
        for segment in slots.segments where !junctions.isServed[segment.to] {
            curves.append(curve(end(segment.from, boxes), start(segment.to, boxes)))
        }
        for (gap, found) in junctions.ofGap.enumerated() {
            for (number, junction) in found.enumerated() {
                let x = columns.x(ofJunction: number, of: found.count, behind: gap)
                let point = (x: x, y: junction.middle + GraphLayout.margin)
                curves += junction.from.map { curve(end($0, boxes), point) }
                curves += junction.to.map { curve(point, start($0, boxes)) }
            }
        }
        curves += slots.straight.map { curve(end($0.from, boxes), start($0.to, boxes)) }
        return curves
    }

    private typealias Point = (x: Int, y: Int)

    private func curve(_ from: Point, _ to: Point) -> GraphLayout.Curve {
        GraphLayout.Curve(fromX: from.x, fromY: from.y, toX: to.x, toY: to.y)
    }

    /// The point at which edges reach a slot.
    private func start(_ slot: Int, _ boxes: [GraphLayout.Box]) -> Point {
        (columns.left[slots.columnOf[slot]], places.middle(slot) + GraphLayout.margin)
    }

    /// The point at which edges leave a slot: a card may be narrower than its column.
    private func end(_ slot: Int, _ boxes: [GraphLayout.Box]) -> Point {
        let column = slots.columnOf[slot]
        let width = slots.isBend(slot) ? columns.widths[column] : boxes[slot].size.width
        return (columns.left[column] + width, places.middle(slot) + GraphLayout.margin)
    }
}
