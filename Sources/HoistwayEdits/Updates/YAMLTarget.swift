/// A scalar of a document that updates set.
struct YAMLTarget {
    /// Numbers of the updates that set it, in their order: the last counts.
    var updates: [Int]
    var text: String
    var style: YAMLNode.ScalarStyle
    var anchor: String?
    var tag: String?
    /// Its bytes, with its anchor and tag.
    var range: Range<Int>
    /// Counted from zero over all events of the file.
    var ordinal: Int
    var place: TextPlace
    /// Numbers of the anchors on it and on its parents.
    var anchors: [Int]
}
