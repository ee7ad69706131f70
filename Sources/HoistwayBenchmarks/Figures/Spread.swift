/// Values of alternated rounds: their median, and their spread.
struct Spread {
    /// Above this, a row is measured once more.
    static let most = 0.15

    private let sorted: [Double]

    init(_ values: [Double]) { sorted = values.sorted() }

    var median: Double { Statistics.percentile(sorted, 0.5) }

    /// The range of the middle half of the values, divided by the median.
    var share: Double {
        guard median != 0 else { return 0 }
        return (Statistics.percentile(sorted, 0.75) - Statistics.percentile(sorted, 0.25)) / abs(median)
    }

    /// `7 rounds, middle half within 4 %`.
    var note: String { "\(sorted.count) rounds, middle half within \(Figure.number((share * 100).rounded())) %" }
}
