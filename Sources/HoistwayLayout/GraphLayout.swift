/// The positions of a graph's cards and edges: columns from left to right, in the direction in which freight moves.
///
/// The same cards and edges always give the same layout.
package struct GraphLayout: Sendable, Equatable {
    package struct Size: Sendable, Equatable {
        package var width: Int
        package var height: Int

        package init(width: Int, height: Int) {
            self.width = width
            self.height = height
        }
    }

    package struct Box: Sendable, Equatable {
        package var x: Int
        package var y: Int
        package var size: Size
    }

    /// A part of an edge: from one column to the next, or across a column that the edge only crosses.
    package struct Curve: Sendable, Hashable {
        package var fromX: Int
        package var fromY: Int
        package var toX: Int
        package var toY: Int
    }

    /// The cards to which the arrow keys lead from a card: their numbers; `nil`: to no card.
    package struct Neighbours: Sendable, Equatable {
        package var left: Int?
        package var right: Int?
        package var above: Int?
        package var below: Int?
    }

    package static let margin = 16

    /// The size of the whole drawing.
    package let size: Size
    /// The box of each card, in the order of `sizes`.
    package let boxes: [Box]
    package let curves: [Curve]
    /// The neighbours of each card, in the order of `sizes`.
    package let neighbours: [Neighbours]
    /// How many pairs of segments cross each other, computed from the order in the columns.
    package let crossings: Int

    /// - Parameters:
    ///   - sizes: the size of each card.
    ///   - edges: numbers of cards; an edge that would close a cycle is drawn backwards.
    package init(sizes: [Size], edges: [(from: Int, to: Int)]) {
        let slots = Slots(count: sizes.count, edges: edges)
        let order = SlotOrder(slots)
        let heights = sizes.map(\.height) + Array(repeating: 0, count: slots.bends)
        let places = SlotPlaces(slots, order: order.columns, heights: heights)
        let junctions = Junctions(slots, order: order.columns, places: places)
        let columns = Columns(slots, order: order.columns, sizes: sizes, junctions: junctions)
        boxes = sizes.indices.map { card in
            Box(x: columns.left[slots.columnOf[card]], y: places.top[card] + Self.margin, size: sizes[card])
        }
        curves = Curves(slots: slots, columns: columns, places: places, junctions: junctions).all(boxes)
        neighbours = Self.neighbours(slots, order: order.columns, places: places)
        crossings = order.crossings
        let bottom = order.columns.joined().map { places.top[$0] + heights[$0] }.max() ?? 0
        size = Size(width: columns.width, height: bottom + 2 * Self.margin)
    }

    private static func neighbours(_ slots: Slots, order: [[Int]], places: SlotPlaces) -> [Neighbours] {
        var found = Array(repeating: Neighbours(), count: slots.cards)
        for column in order {
            let cards = column.filter { !slots.isBend($0) }
            for (upper, lower) in zip(cards, cards.dropFirst()) {
                found[upper].below = lower
                found[lower].above = upper
            }
        }
        for card in found.indices {
            found[card].right = nearest(card, slots.after, slots, places)
            found[card].left = nearest(card, slots.before, slots, places)
        }
        return found
    }

    /// Follows the segments through bends to a card, and takes the nearest slot in each column.
    private static func nearest(_ card: Int, _ next: [[Int]], _ slots: Slots, _ places: SlotPlaces) -> Int? {
        var slot = card
        let middle = places.middle(card)
        while true {
            let near = next[slot].min {
                (abs(places.middle($0) - middle), $0) < (abs(places.middle($1) - middle), $1)
            }
            guard let near else { return nil }
            guard slots.isBend(near) else { return near }
            slot = near
        }
    }
}
