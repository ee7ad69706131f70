/// Values of alternated rounds: their median, and how far they lie apart.
struct Spread {
    /// Above it a row is measured again, and once more only.
    static let most = 0.15

    private let sorted: [Double]

    init(_ values: [Double]) { sorted = values.sorted() }

    var median: Double { Statistics.percentile(sorted, 0.5) }

    /// What the middle half of the values covers, beside the median.
    var share: Double {
        guard median != 0 else { return 0 }
        return (Statistics.percentile(sorted, 0.75) - Statistics.percentile(sorted, 0.25)) / abs(median)
    }

    /// `7 rounds, middle half within 4 %`.
    var note: String { "\(sorted.count) rounds, middle half within \(Figure.number((share * 100).rounded())) %" }
}
